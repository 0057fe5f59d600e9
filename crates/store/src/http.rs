//! The HTTP client below the S3 client: hyper's, with TLS set up only when an address asks for it,
//! so that opening a store costs nothing and the supervisor stays small.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::uri::Scheme;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Plain;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};
use tokio::time::{Instant, Sleep};

/// To establish a connection. Beyond it the address is taken to be unreachable.
const CONNECT: Duration = Duration::from_secs(5);
/// The same for the link-local addresses that hand out a role's credentials: where there is no such
/// service, nobody answers, and nobody should wait.
const CONNECT_LINK_LOCAL: Duration = Duration::from_secs(1);
/// From sending a request (a part of 8 MiB or more) to the head of its response.
const RESPONSE: Duration = Duration::from_mins(2);
/// Between two pieces of a response.
const SILENCE: Duration = Duration::from_secs(30);

/// Makes the HTTP client of one store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service::default()))
    }
}

type Pool<C> = Client<C, HttpRequestBody>;

#[derive(Debug, Default)]
struct Service {
    plain: OnceLock<Pool<Plain>>,
    link_local: OnceLock<Pool<Plain>>,
    tls: OnceLock<Result<Pool<HttpsConnector<Plain>>, Arc<std::io::Error>>>,
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let sending = if request.uri().scheme() == Some(&Scheme::HTTPS) {
            let pool = self
                .tls
                .get_or_init(|| tls().map_err(Arc::new))
                .as_ref()
                .map_err(|error| HttpError::new(HttpErrorKind::Unknown, Arc::clone(error)))?;
            pool.request(request)
        } else if request.uri().host().is_some_and(|host| host.starts_with("169.254.")) {
            self.link_local.get_or_init(|| pool(plain(CONNECT_LINK_LOCAL))).request(request)
        } else {
            self.plain.get_or_init(|| pool(plain(CONNECT))).request(request)
        };
        let response = tokio::time::timeout(RESPONSE, sending)
            .await
            .map_err(|elapsed| HttpError::new(HttpErrorKind::Timeout, elapsed))?
            .map_err(sending_error)?;
        Ok(response.map(|body| HttpResponseBody::new(Patient::new(body))))
    }
}

fn plain(connect_timeout: Duration) -> Plain {
    let mut connector = Plain::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(connect_timeout));
    connector.set_keepalive(Some(Duration::from_secs(30)));
    connector
}

fn tls() -> std::io::Result<Pool<HttpsConnector<Plain>>> {
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
        .https_only()
        .enable_http1()
        .wrap_connector(plain(CONNECT));
    Ok(pool(connector))
}

fn pool<C>(connector: C) -> Pool<C>
where
    C: hyper_util::client::legacy::connect::Connect + Clone,
{
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(20))
        .build(connector)
}

/// Sorts errors into those after which a request may be sent again and those after which it may not.
fn sending_error(error: hyper_util::client::legacy::Error) -> HttpError {
    if error.is_connect() {
        return HttpError::new(HttpErrorKind::Connect, error);
    }
    let mut kind = HttpErrorKind::Unknown;
    let mut cause = std::error::Error::source(&error);
    while let Some(current) = cause {
        if let Some(current) = current.downcast_ref::<hyper::Error>() {
            kind = hyper_kind(current);
        }
        if let Some(current) = current.downcast_ref::<std::io::Error>() {
            kind = io_kind(current);
        }
        if kind != HttpErrorKind::Unknown {
            break;
        }
        cause = current.source();
    }
    HttpError::new(kind, error)
}

fn hyper_kind(error: &hyper::Error) -> HttpErrorKind {
    if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_closed() || error.is_canceled() || error.is_incomplete_message() {
        HttpErrorKind::Request
    } else if error.is_body_write_aborted() {
        HttpErrorKind::Interrupted
    } else if error.is_parse() {
        HttpErrorKind::Decode
    } else {
        std::error::Error::source(error)
            .and_then(|source| source.downcast_ref::<std::io::Error>())
            .map_or(HttpErrorKind::Unknown, io_kind)
    }
}

fn io_kind(error: &std::io::Error) -> HttpErrorKind {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, TimedOut, UnexpectedEof};
    match error.kind() {
        TimedOut => HttpErrorKind::Timeout,
        ConnectionAborted | ConnectionReset | BrokenPipe | UnexpectedEof => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    }
}

/// A response body that gives up when the other side falls silent.
struct Patient {
    body: Incoming,
    deadline: Pin<Box<Sleep>>,
}

impl Patient {
    fn new(body: Incoming) -> Self {
        Self { body, deadline: Box::pin(tokio::time::sleep(SILENCE)) }
    }
}

impl Body for Patient {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.deadline.as_mut().reset(Instant::now() + SILENCE);
            return Poll::Ready(frame.map(|frame| {
                frame.map_err(|error| {
                    let kind = hyper_kind(&error);
                    HttpError::new(kind, error)
                })
            }));
        }
        if self.deadline.as_mut().poll(context).is_ready() {
            let silence = std::io::Error::new(std::io::ErrorKind::TimedOut, "the response broke off");
            return Poll::Ready(Some(Err(HttpError::new(HttpErrorKind::Timeout, silence))));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
