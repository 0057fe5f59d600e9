//! Starting an endpoint, and the handle on it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use fs_err as fs;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::connection::{CONNECTION_FILE, write_private};
use crate::credentials::Credentials;
use crate::engine::{self, Engine};
use crate::executor::{ProcessExecutor, Settings};
use crate::lock::Lock;
use crate::logs::Logs;
use crate::s3::{self, Storage};
use crate::server::{self, Services};
use crate::{ACCOUNT_ID, Connection, Error, Options, REGION, clock};

/// Bucket that exists from the start.
const DEFAULT_BUCKET: &str = "sagewright";
/// File with the port of the last endpoint.
const PORT_FILE: &str = "port";
/// How long requests under way are waited for at a shutdown.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// A running endpoint.
///
/// Dropping it without [`Handle::shutdown`] leaves it running until the process ends.
pub struct Handle {
    connection: Connection,
    state_dir: PathBuf,
    engine: Engine,
    executor: ProcessExecutor,
    stop: CancellationToken,
    server: JoinHandle<()>,
    lock: Lock,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Handle").field("connection", &self.connection).finish_non_exhaustive()
    }
}

/// Starts an endpoint; returns when it answers.
pub async fn start(options: Options) -> Result<Handle, Error> {
    let state_dir = options.state_dir.clone();
    let lock = Lock::acquire(&state_dir)?;
    let state_dir = fs::canonicalize(&state_dir).map_err(Error::io("find", &state_dir))?;
    let credentials = Credentials::load_or_create(&state_dir)?;
    let storage = Storage::open(&state_dir).map_err(Error::io("create", state_dir.join("s3")))?;
    let bucket = state_dir.join("s3").join(DEFAULT_BUCKET);
    fs::create_dir_all(&bucket).map_err(Error::io("create", bucket))?;
    let jobs = state_dir.join("jobs");
    fs::create_dir_all(&jobs).map_err(Error::io("create", &jobs))?;

    let listener = listen(options.port, &state_dir).await?;
    let address = listener.local_addr().map_err(|source| Error::Listen { port: options.port, source })?;
    write_private(&state_dir.join(PORT_FILE), address.port().to_string().as_bytes())?;
    let connection = Connection {
        endpoint_url: format!("http://{address}"),
        region: REGION.to_owned(),
        account_id: ACCOUNT_ID.to_owned(),
        access_key_id: credentials.access_key_id.clone(),
        secret_access_key: credentials.secret_access_key.clone(),
        pid: std::process::id(),
    };

    let executor = ProcessExecutor::new(Settings {
        jobs: jobs.clone(),
        storage: storage.clone(),
        max_jobs: max_jobs(options.max_jobs),
        host_command: options.host_command,
        path_prepend: options.path_prepend,
        grace_seconds: options.grace_seconds,
        sync_seconds: options.sync_seconds,
        endpoint_url: connection.endpoint_url.clone(),
        credentials: credentials.clone(),
    });
    executor.probe();
    let engine_options = engine::Options {
        state_dir: state_dir.clone(),
        region: REGION.to_owned(),
        account_id: ACCOUNT_ID.to_owned(),
        now: Arc::new(clock::now),
        fault: options.fault,
    };
    let engine = Engine::open(engine_options, Arc::new(executor.clone())).await?;

    let services = Services {
        address,
        credentials: credentials.clone(),
        engine: engine.clone(),
        logs: Logs::new(jobs),
        storage: storage.clone(),
        s3: s3::serve(storage, credentials),
    };
    let stop = CancellationToken::new();
    let server = tokio::spawn(server::serve(listener, Arc::new(services), stop.clone()));
    let bytes = serde_json::to_vec(&connection).expect("a connection is texts and numbers");
    write_private(&state_dir.join(CONNECTION_FILE), &bytes)?;
    Ok(Handle { connection, state_dir, engine, executor, stop, server, lock })
}

impl Handle {
    /// How clients reach the endpoint.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether no execution is under way.
    pub fn is_idle(&self) -> bool {
        self.engine.is_idle()
    }

    /// A receiver that sees a new number whenever an execution, a step or a job changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.engine.changes()
    }

    /// Ends the endpoint: requests under way are answered, and jobs run on for the next endpoint to adopt.
    pub async fn shutdown(self) {
        self.engine.shutdown().await;
        self.stop.cancel();
        let mut server = self.server;
        if tokio::time::timeout(LAST_REQUESTS, &mut server).await.is_err() {
            server.abort();
        }
        self.executor.detach().await;
        if let Err(error) = fs::remove_file(self.state_dir.join(CONNECTION_FILE)) {
            tracing::warn!(%error, "the connection file could not be removed");
        }
        drop(self.lock);
    }
}

/// Listens on the port asked for. For any port, the last endpoint's comes first: jobs that outlived it know no other.
async fn listen(port: u16, state_dir: &Path) -> Result<TcpListener, Error> {
    if port == 0
        && let Some(last) = last_port(state_dir)
        && let Ok(listener) = bind(last).await
    {
        return Ok(listener);
    }
    bind(port).await.map_err(|source| Error::Listen { port, source })
}

async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
}

fn last_port(state_dir: &Path) -> Option<u16> {
    fs::read_to_string(state_dir.join(PORT_FILE)).ok()?.trim().parse().ok()
}

fn max_jobs(asked: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if asked == 0 { 2 * cores } else { asked }
}
