//! What can go wrong when an endpoint is started or looked for.

use std::path::PathBuf;

use crate::Connection;

/// An endpoint error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another endpoint uses the state directory.
    #[error("an endpoint already runs on `{path}`{}", holder(*pid, connection.as_deref()), path = state_dir.display())]
    AlreadyRunning {
        /// The state directory.
        state_dir: PathBuf,
        /// Process id of the running endpoint, where known.
        pid: Option<u32>,
        /// How to reach it; absent while it starts or stops.
        connection: Option<Box<Connection>>,
    },
    /// The state directory cannot be made or written.
    #[error("the state directory `{path}` is not writable", path = state_dir.display())]
    NotWritable {
        /// The state directory.
        state_dir: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file of the state directory could not be read or written.
    #[error("could not {action} `{path}`", path = path.display())]
    Io {
        /// What was tried: `read`, `write`, `create`.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file of the state directory holds something this version cannot understand.
    #[error("`{path}` is damaged", path = path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The port cannot be listened on.
    #[error("could not listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The embedded S3 could not be started.
    #[error("could not start the embedded S3: {message}")]
    Storage {
        /// What it said.
        message: String,
    },
    /// The engine could not be started.
    #[error("could not start the engine")]
    Engine(#[from] crate::engine::Error),
}

impl Error {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::AlreadyRunning { .. } => {
                Some("use the running endpoint, or choose another state directory")
            }
            Self::NotWritable { .. } => Some("choose another state directory, or change who may write to it"),
            Self::Listen { .. } => Some("choose another port, or 0 for any free one"),
            Self::Damaged { .. } => Some("move the file away to start without it"),
            Self::Io { .. } | Self::Storage { .. } | Self::Engine(_) => None,
        }
    }

    /// Whether the user's input is wrong, rather than something in here.
    pub fn is_users(&self) -> bool {
        matches!(self, Self::AlreadyRunning { .. } | Self::NotWritable { .. } | Self::Listen { .. })
    }

    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

fn holder(pid: Option<u32>, connection: Option<&Connection>) -> String {
    let pid = pid.map(|pid| format!("process {pid}"));
    let url = connection.map(|connection| format!("at {}", connection.endpoint_url));
    match [pid, url].into_iter().flatten().collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        known => format!(" ({})", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_names_its_holder() {
        let connection = Connection {
            endpoint_url: "http://127.0.0.1:1".to_owned(),
            region: String::new(),
            account_id: String::new(),
            access_key_id: String::new(),
            secret_access_key: String::new(),
            pid: 7,
        };
        let error = Error::AlreadyRunning {
            state_dir: "/s".into(),
            pid: Some(7),
            connection: Some(Box::new(connection)),
        };
        assert_eq!(error.to_string(), "an endpoint already runs on `/s` (process 7, at http://127.0.0.1:1)");
    }
}
