//! The HTTP side of the endpoint: one port, several services, each with its own protocol.

mod error;
mod json;
mod query;
mod route;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::serve::ListenerExt;
use s3s::service::S3Service;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(crate) use self::error::ServiceError;
use crate::credentials::Credentials;
use crate::engine::Engine;
use crate::logs::Logs;
use crate::s3::Storage;

/// Everything a request can reach.
pub(crate) struct Services {
    pub(crate) address: SocketAddr,
    pub(crate) credentials: Credentials,
    pub(crate) engine: Engine,
    pub(crate) logs: Logs,
    pub(crate) storage: Storage,
    pub(crate) s3: S3Service,
}

/// Serves until `stop` is cancelled and the requests under way are answered.
pub(crate) async fn serve(listener: TcpListener, services: Arc<Services>, stop: CancellationToken) {
    let router = Router::new().fallback(handle).with_state(services);
    let listener = listener.tap_io(|connection| {
        // Requests are small and answered at once: waiting for more to send would only add latency.
        let _ = connection.set_nodelay(true);
    });
    let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the listener failed");
    }
}

async fn handle(State(services): State<Arc<Services>>, request: Request) -> Response {
    route::route(&services, request).await
}
