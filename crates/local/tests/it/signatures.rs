//! Who is let in: raw HTTP with right and wrong signatures.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use jiff::{Timestamp, ToSpan};
use sagewright_local::Connection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Endpoint;

/// A request whose parts can be spoiled one by one.
struct Request {
    service: &'static str,
    region: String,
    key: String,
    secret: String,
    time: Timestamp,
    headers: BTreeMap<String, String>,
    method: &'static str,
    path: &'static str,
    body: String,
    /// Added after signing.
    extra: Vec<(&'static str, String)>,
    signed: bool,
    /// Sent in the place of the body that was signed.
    sent_body: Option<String>,
}

impl Request {
    fn sagemaker(connection: &Connection) -> Self {
        let mut request = Self::new(connection, "sagemaker", "{}");
        request.header("x-amz-target", "SageMaker.ListPipelines");
        request.header("content-type", "application/x-amz-json-1.1");
        request
    }

    fn sts(connection: &Connection, action: &str) -> Self {
        let mut request = Self::new(connection, "sts", &format!("Action={action}&Version=2011-06-15"));
        request.header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        request
    }

    fn s3(connection: &Connection) -> Self {
        let mut request = Self::new(connection, "s3", "");
        request.method = "GET";
        request.path = "/sagewright?list-type=2";
        request.header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        request
    }

    fn new(connection: &Connection, service: &'static str, body: &str) -> Self {
        let mut request = Self {
            service,
            region: connection.region.clone(),
            key: connection.access_key_id.clone(),
            secret: connection.secret_access_key.clone(),
            time: Timestamp::now(),
            headers: BTreeMap::new(),
            method: "POST",
            path: "/",
            body: body.to_owned(),
            extra: Vec::new(),
            signed: true,
            sent_body: None,
        };
        request.header("host", connection.endpoint_url.strip_prefix("http://").unwrap());
        request
    }

    fn header(&mut self, name: &str, value: &str) {
        self.headers.insert(name.to_owned(), value.to_owned());
    }

    fn sign(&self) -> Vec<(String, String)> {
        let identity = Credentials::new(&self.key, &self.secret, None, None, "test").into();
        let mut settings = SigningSettings::default();
        if self.service == "s3" {
            settings.percent_encoding_mode = aws_sigv4::http_request::PercentEncodingMode::Single;
        }
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(SystemTime::from(self.time))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let uri = format!("http://{}{}", self.headers["host"], self.path);
        let body = if self.service == "s3" {
            SignableBody::UnsignedPayload
        } else {
            SignableBody::Bytes(self.body.as_bytes())
        };
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let request = SignableRequest::new(self.method, uri, headers, body).unwrap();
        let (instructions, _) = sign(request, &parameters).unwrap().into_parts();
        instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Sends the request; answers with status and everything after it.
    async fn send(self, connection: &Connection) -> (u16, String) {
        let mut headers: Vec<(String, String)> = self.headers.clone().into_iter().collect();
        if self.signed {
            headers.extend(self.sign());
        }
        headers.extend(self.extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let body = self.sent_body.as_ref().unwrap_or(&self.body);
        let mut text = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", self.method, self.path);
        for (name, value) in headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        write!(text, "content-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let address = connection.endpoint_url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }
}

async fn check(request: Request, connection: &Connection, status: u16, text: &str) -> String {
    let (found, answer) = request.send(connection).await;
    assert_eq!(found, status, "{answer}");
    assert!(answer.contains(text), "{text} in {answer}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_signature_is_let_in() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let answer = check(Request::sagemaker(connection), connection, 200, "PipelineSummaries").await;
    assert!(answer.contains("x-amzn-requestid: "), "{answer}");
    assert!(answer.contains("content-type: application/x-amz-json-1.1"), "{answer}");
    check(Request::sts(connection, "GetCallerIdentity"), connection, 200, "<Account>000000000000</Account>")
        .await;
    check(Request::s3(connection), connection, 200, "<Name>sagewright</Name>").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_not() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let spoil = |mut request: Request| {
        request.secret = "wrong".to_owned();
        request
    };
    let sagemaker = spoil(Request::sagemaker(connection));
    check(sagemaker, connection, 400, "\"__type\":\"InvalidSignatureException\"").await;
    check(spoil(Request::sts(connection, "GetCallerIdentity")), connection, 403, "SignatureDoesNotMatch")
        .await;
    check(spoil(Request::s3(connection)), connection, 403, "SignatureDoesNotMatch").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_not() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let spoil = |mut request: Request| {
        request.key = "AKIAUNKNOWN".to_owned();
        request
    };
    check(spoil(Request::sagemaker(connection)), connection, 400, "UnrecognizedClientException").await;
    check(spoil(Request::sts(connection, "GetCallerIdentity")), connection, 403, "InvalidClientTokenId")
        .await;
    check(spoil(Request::s3(connection)), connection, 403, "InvalidAccessKeyId").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_signature_is_not() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let spoil = |mut request: Request| {
        request.signed = false;
        request
    };
    check(spoil(Request::sagemaker(connection)), connection, 400, "MissingAuthenticationTokenException")
        .await;
    check(
        spoil(Request::sts(connection, "GetCallerIdentity")),
        connection,
        403,
        "MissingAuthenticationToken",
    )
    .await;
    check(spoil(Request::s3(connection)), connection, 403, "AccessDenied").await;
    let mut odd = spoil(Request::sagemaker(connection));
    odd.extra = vec![("authorization", "Bearer abc".to_owned())];
    check(odd, connection, 400, "IncompleteSignatureException").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_body_than_the_signed_one_is_not() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let mut request = Request::sagemaker(connection);
    request.sent_body = Some("{ }".to_owned());
    check(request, connection, 400, "InvalidSignatureException").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_request_is_not() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    for hours in [-1, 1] {
        let spoil = |mut request: Request| {
            request.time += hours.hours();
            request
        };
        check(spoil(Request::sagemaker(connection)), connection, 400, "InvalidSignatureException").await;
        check(spoil(Request::s3(connection)), connection, 403, "RequestTimeTooSkewed").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_scope_is_not() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let mut request = Request::sagemaker(connection);
    request.region = "eu-west-1".to_owned();
    check(request, connection, 400, "us-east-1").await;
    let mut request = Request::sagemaker(connection);
    request.service = "logs";
    check(request, connection, 400, "correct service: 'sagemaker'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_is_not() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let mut request = Request::sagemaker(connection);
    request.extra = vec![("origin", "http://evil.example".to_owned())];
    check(request, connection, 403, "AccessDeniedException").await;
    // What a name that was made to point to this machine would send.
    let mut request = Request::sagemaker(connection);
    request.header("host", "evil.example");
    check(request, connection, 403, "AccessDeniedException").await;
    let mut request = Request::s3(connection);
    request.header("host", "evil.example");
    check(request, connection, 403, "AccessDenied").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_operations_are_named() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let mut request = Request::sagemaker(connection);
    request.header("x-amz-target", "SageMaker.CreateNotebookInstance");
    check(request, connection, 400, "CreateNotebookInstance").await;
    let mut request = Request::sagemaker(connection);
    request.header("x-amz-target", "DynamoDB_20120810.ListTables");
    check(request, connection, 400, "UnknownOperationException").await;
    check(Request::sts(connection, "AssumeRole"), connection, 400, "InvalidAction").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_keys_are_listed_as_the_client_asks() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    endpoint.put("a/ü +&", "x");
    let mut request = Request::s3(connection);
    request.path = "/sagewright?encoding-type=url&list-type=2";
    check(request, connection, 200, "<Key>a/%C3%BC%20%2B%26</Key>").await;
    check(Request::s3(connection), connection, 200, "<Key>a/ü +&amp;</Key>").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_said_so() {
    let endpoint = Endpoint::start().await;
    let connection = endpoint.connection();
    let mut request = Request::sagemaker(connection);
    request.body = "{not json".to_owned();
    check(request, connection, 400, "SerializationException").await;
    let mut request = Request::sagemaker(connection);
    request.body = r#"{"MaxResults": 1000}"#.to_owned();
    check(request, connection, 400, "ValidationException").await;
    let mut request = Request::sagemaker(connection);
    request.body = " ".repeat(9 * 1024 * 1024);
    check(request, connection, 413, "RequestEntityTooLarge").await;
}
