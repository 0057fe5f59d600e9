//! An S3 server in this process, on a port of its own, over a temporary folder.

use std::path::PathBuf;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use sagewright_store::{Connection, Credentials};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A running server. It ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) connection: Connection,
    folder: TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir(folder.path().join("bucket")).unwrap();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single("AKIDEXAMPLE", "secret"));
        let service = builder.build();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone());
                tokio::spawn(connection);
            }
        });
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "secret".into(),
            session_token: None,
        };
        let connection = Connection {
            endpoint_url: Some(endpoint_url),
            credentials: Some(credentials),
            ..Connection::default()
        };
        Self { connection, folder }
    }

    /// The file in which the server keeps an object.
    pub(crate) fn file(&self, key: &str) -> PathBuf {
        self.folder.path().join("bucket").join(key)
    }
}
