//! Credentials: roles, codes, expiry, and what is said when there are none.

use sagewright_aws::authentication::Problem;
use sagewright_aws::{AskMfa, Authentication, Connection, Error};
use std::sync::Mutex;

use crate::fake::{Answer, Fake, keys};

fn role(mfa_serial: Option<&str>) -> Authentication {
    Authentication::IamRole {
        role_arn: "arn:aws:iam::123456789012:role/ml".into(),
        external_id: Some("acme".into()),
        mfa_serial: mfa_serial.map(str::to_owned),
        session_name: None,
        duration_seconds: Some(900),
        source: Box::new(keys()),
    }
}

fn credentials(operation: &str, key: &str, lifetime_minutes: i64) -> Answer {
    let expiry = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(lifetime_minutes);
    Answer::Xml(format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result><Credentials>\
         <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>{expiry:.0}</Expiration></Credentials></{operation}Result></{operation}Response>"
    ))
}

#[tokio::test]
async fn a_role_is_assumed_again_before_its_credentials_run_out() {
    let mut number = 0;
    let fake = Fake::start(move |_| {
        number += 1;
        credentials("AssumeRole", &format!("ROLE{number}"), if number == 1 { 1 } else { 60 })
    })
    .await;
    let session = fake.session_as(role(None)).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(session.credentials().await.unwrap().access_key_id);
    }
    // The first ones end within the margin, so that they are replaced by the next call.
    assert_eq!(seen, ["ROLE1", "ROLE2", "ROLE2"]);
    let request = fake.seen.lock().unwrap()[0].text.clone();
    assert!(request.contains("ExternalId=acme") && request.contains("DurationSeconds=900"), "{request}");
}

struct Asked(Mutex<u32>);

#[async_trait::async_trait]
impl AskMfa for Asked {
    async fn code(&self, _: &str) -> Result<String, Problem> {
        *self.0.lock().unwrap() += 1;
        Ok("123456 ".into())
    }
}

#[tokio::test]
async fn one_mfa_code_is_enough_for_many_renewals_of_the_role() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "GetSessionToken" => credentials("GetSessionToken", "MFA", 600),
        _ => credentials("AssumeRole", "ROLE", 1),
    })
    .await;
    let connection = Connection {
        endpoint_url: Some(fake.url.clone()),
        region: "eu-west-1".into(),
        authentication: role(Some("arn:aws:iam::123456789012:mfa/ada")),
    };
    let asked = Asked(Mutex::new(0));
    let session = connection.open(&asked).await.unwrap();
    for _ in 0..3 {
        session.credentials().await.unwrap();
    }
    assert_eq!(*asked.0.lock().unwrap(), 1);
    assert_eq!((fake.count("GetSessionToken"), fake.count("AssumeRole")), (1, 3));
    let seen = fake.seen.lock().unwrap();
    assert!(seen[0].text.contains("TokenCode=123456"), "{}", seen[0].text);
    assert!(seen[1].head.contains("credential=mfa/"), "{}", seen[1].head);
}

#[tokio::test]
async fn nobody_to_ask_for_a_code_is_said_with_a_way_out() {
    let fake = Fake::start(|_| Answer::HangUp).await;
    let connection = Connection {
        endpoint_url: Some(fake.url.clone()),
        region: "eu-west-1".into(),
        authentication: role(Some("arn:aws:iam::123456789012:mfa/ada")),
    };
    let error = connection.open(&sagewright_aws::NoMfa).await.unwrap_err();
    assert!(matches!(&error, Error::Authentication(Problem::Mfa { .. })), "{error}");
}

#[tokio::test]
async fn a_role_that_cannot_be_assumed_is_named_with_awss_words() {
    let fake = Fake::start(|_| {
        Answer::Xml(
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
                .into(),
        )
    })
    .await;
    let error = fake.session_as(role(None)).await.credentials().await.unwrap_err();
    assert!(
        error.to_string().starts_with("the role `arn:aws:iam::123456789012:role/ml` cannot be assumed"),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("get-role --role-name ml"));
}

#[tokio::test]
async fn expired_tokens_and_wrong_clocks_have_ways_out() {
    for (code, message, word) in [
        ("ExpiredTokenException", "The security token included in the request is expired", "expired"),
        (
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            "does not know",
        ),
        ("InvalidSignatureException", "Signature expired: 20261122T130654Z is now earlier than", "clock"),
    ] {
        let fake = Fake::start(move |_| Answer::Refused(code, message)).await;
        let error = fake.client().await.list_runs(None, 1).await.unwrap_err();
        assert!(error.hint().unwrap().contains(word), "{error}: {:?}", error.hint());
    }
}

#[tokio::test]
async fn what_is_no_region_is_refused_before_anything_is_sent() {
    let connection = Connection { endpoint_url: None, region: "ireland".into(), authentication: keys() };
    let error = connection.open(&sagewright_aws::NoMfa).await.unwrap_err();
    assert!(error.to_string().contains("`ireland`") && error.hint().unwrap().contains("eu-west-1"));
}
