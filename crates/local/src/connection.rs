//! How clients reach a running endpoint, in memory and as `endpoint.json`.

use std::io::Write;
use std::path::Path;

use fs_err as fs;
use fs_err::os::unix::fs::OpenOptionsExt as _;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The region the endpoint claims to be.
pub const REGION: &str = "us-east-1";
/// The account the endpoint claims to be.
pub const ACCOUNT_ID: &str = "000000000000";
/// Name of the connection file in the state directory.
pub const CONNECTION_FILE: &str = "endpoint.json";

/// Everything a client needs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Address of all services, `http://127.0.0.1:<port>`.
    pub endpoint_url: String,
    /// Region to sign for.
    pub region: String,
    /// Account in the ARNs.
    pub account_id: String,
    /// Access key of this installation.
    pub access_key_id: String,
    /// Secret key of this installation.
    pub secret_access_key: String,
    /// Process id of the endpoint.
    pub pid: u32,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("endpoint_url", &self.endpoint_url)
            .field("access_key_id", &self.access_key_id)
            .field("pid", &self.pid)
            .finish_non_exhaustive()
    }
}

/// Reads the connection file of a state directory; `None` when no endpoint left one.
///
/// The file of an endpoint that was killed stays behind: a connection is a place to look, not a promise.
pub fn read_connection(state_dir: &Path) -> Result<Option<Connection>, Error> {
    let path = state_dir.join(CONNECTION_FILE);
    match fs::read(&path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map(Some).map_err(|source| Error::Damaged { path, source })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// Writes a file that only its owner may read, in one step.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let partial = path.with_extension("partial");
    let write = || -> std::io::Result<()> {
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
        // The mode of an existing file is not changed by opening it.
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        file.write_all(bytes)?;
        fs::rename(&partial, path)
    };
    write().map_err(Error::io("write", path))
}
