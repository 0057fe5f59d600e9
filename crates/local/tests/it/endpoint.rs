//! Starting, finding, locking and ending an endpoint.

use std::os::unix::fs::PermissionsExt;

use sagewright_local::{Error, read_connection};

use crate::support::{Endpoint, options};

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_file_is_private_and_goes_with_the_endpoint() {
    let mut endpoint = Endpoint::start().await;
    let path = endpoint.state().join("endpoint.json");
    assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let credentials = endpoint.state().join("credentials.json");
    assert_eq!(fs_err::metadata(credentials).unwrap().permissions().mode() & 0o777, 0o600);
    let read = read_connection(endpoint.state()).unwrap().unwrap();
    assert_eq!(&read, endpoint.connection());
    assert_eq!(read.pid, std::process::id());
    assert!(endpoint.handle.as_ref().unwrap().is_idle());
    endpoint.handle.take().unwrap().shutdown().await;
    assert!(read_connection(endpoint.state()).unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_state_directory_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("deep/state");
    let handle = sagewright_local::start(options(&state)).await.unwrap();
    assert_eq!(fs_err::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_endpoint_is_told_about_the_first() {
    let endpoint = Endpoint::start().await;
    let error = sagewright_local::start(options(endpoint.state())).await.unwrap_err();
    let Error::AlreadyRunning { pid, connection, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*pid, Some(std::process::id()));
    assert_eq!(connection.as_deref(), Some(endpoint.connection()));
    assert!(error.to_string().contains(&endpoint.connection().endpoint_url), "{error}");
    assert!(error.is_users() && error.hint().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn key_and_port_stay_the_same() {
    let endpoint = Endpoint::start().await;
    let before = endpoint.connection().clone();
    let endpoint = endpoint.restart().await;
    assert_eq!(endpoint.connection(), &before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_directory_that_cannot_be_made_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs_err::write(&file, "").unwrap();
    let error = sagewright_local::start(options(&file.join("state"))).await.unwrap_err();
    assert!(matches!(error, Error::NotWritable { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_an_error() {
    let endpoint = Endpoint::start().await;
    let port = endpoint.connection().endpoint_url.rsplit(':').next().unwrap().parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path());
    options.port = port;
    let error = sagewright_local::start(options).await.unwrap_err();
    assert!(matches!(error, Error::Listen { .. }), "{error:?}");
}
