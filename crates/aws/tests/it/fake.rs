//! An AWS endpoint of a few lines: every request goes to a closure, which answers, refuses or hangs up.

use sagewright_aws::{Authentication, Client, Connection, NoMfa, Session};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of a request.
pub(crate) enum Answer {
    /// Status 200 with this body.
    Json(Value),
    /// Status 400 with this code and message.
    Refused(&'static str, &'static str),
    /// Status 200 with a body in XML, as STS and IAM answer.
    Xml(String),
    /// The connection is closed without a word.
    HangUp,
}

/// A request: the operation's name and the body.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) operation: String,
    pub(crate) body: Value,
    pub(crate) text: String,
    pub(crate) head: String,
}

pub(crate) struct Fake {
    pub(crate) url: String,
    pub(crate) seen: Arc<Mutex<Vec<Request>>>,
}

impl Fake {
    pub(crate) async fn start(answer: impl FnMut(&Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let answer = Arc::new(Mutex::new(answer));
        let kept = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&kept));
                tokio::spawn(async move {
                    let mut stream = stream;
                    while let Some(request) = read(&mut stream).await {
                        seen.lock().unwrap().push(request.clone());
                        let answer = (answer.lock().unwrap())(&request);
                        let (status, kind, body) = match answer {
                            Answer::Json(body) => (200, "application/x-amz-json-1.1", body.to_string()),
                            Answer::Xml(body) => (200, "text/xml", body),
                            Answer::Refused(code, message) => (
                                400,
                                "application/x-amz-json-1.1",
                                json!({"__type": code, "message": message}).to_string(),
                            ),
                            Answer::HangUp => return,
                        };
                        let head = format!(
                            "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                            body.len()
                        );
                        if stream.write_all((head + &body).as_bytes()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { url, seen }
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|it| it.operation == operation).count()
    }

    pub(crate) fn bodies(&self, operation: &str) -> Vec<Value> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|it| it.operation == operation).map(|it| it.body.clone()).collect()
    }

    pub(crate) async fn session(&self) -> Session {
        self.session_as(keys()).await
    }

    pub(crate) async fn session_as(&self, authentication: Authentication) -> Session {
        let connection = Connection {
            endpoint_url: Some(self.url.clone()),
            region: "eu-west-1".to_owned(),
            authentication,
        };
        connection.open(&NoMfa).await.unwrap()
    }

    pub(crate) async fn client(&self) -> Client {
        Client::new(&self.session().await)
    }
}

pub(crate) fn keys() -> Authentication {
    Authentication::SecretKey { access_key_id: "AKIDEXAMPLE".into(), secret_access_key: "secret".into() }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = header(&head, "content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8_lossy(&bytes[end..end + length]).into_owned();
    let original = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let target = original
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("x-amz-target:"))
        .and_then(|line| line.rsplit('.').next().map(|it| it.trim().to_owned()));
    let action = text.split('&').find_map(|it| it.strip_prefix("Action=")).map(str::to_owned);
    let operation = target.or(action).unwrap_or_default();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Some(Request { operation, body, text, head })
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
}
