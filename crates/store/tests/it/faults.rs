//! What happens when the store is not what it should be.

use sagewright_store::{Connection, Credentials, Error, Store, keys};
use tokio::net::TcpListener;

use crate::s3::Server;
use crate::suite::attempt;

#[tokio::test]
async fn wrong_keys_are_denied_in_one_line() {
    let server = Server::start().await;
    let credentials = Credentials {
        access_key_id: "AKIDEXAMPLE".into(),
        secret_access_key: "wrong".into(),
        session_token: None,
    };
    let connection = Connection { credentials: Some(credentials), ..server.connection.clone() };
    let store = Store::open("s3://bucket", &connection).unwrap();
    let error = store.get_bytes("a").await.unwrap_err();
    assert!(matches!(error, Error::Denied { .. }), "{error:?}");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("SignatureDoesNotMatch"), "{cause}");
}

#[tokio::test]
async fn a_missing_bucket_is_not_an_empty_store() {
    let server = Server::start().await;
    let store = Store::open("s3://nobody", &server.connection).unwrap();
    let error = store.list_runs().await.unwrap_err();
    assert!(!error.is_not_found(), "{error:?}");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("NoSuchBucket"), "{cause}");
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_until_someone_listens() {
    // Take a port, leave it, and come back to it after the first attempt was refused.
    let server = Server::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let connection =
        Connection { endpoint_url: Some(format!("http://{address}")), ..server.connection.clone() };
    let store = Store::open("s3://bucket", &connection).unwrap();
    let put = store.put_bytes("a", "b");
    let relay = async {
        tokio::task::yield_now().await;
        let listener = TcpListener::bind(address).await.unwrap();
        let upstream = server.connection.endpoint_url.clone().unwrap().replace("http://", "");
        let (mut client, _) = listener.accept().await.unwrap();
        // The first connection breaks off before an answer, which is tried again as well.
        drop(tokio::io::AsyncReadExt::read(&mut client, &mut [0; 16]).await);
        drop(client);
        let (mut client, _) = listener.accept().await.unwrap();
        let mut upstream = tokio::net::TcpStream::connect(upstream).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut client, &mut upstream).await;
    };
    // The signed host is the relay's, which the server accepts, since the signature covers what was sent.
    tokio::select! {
        done = put => done.unwrap(),
        () = relay => unreachable!("the client keeps its connection"),
    }
    assert_eq!(fs_err::read(server.file("a")).unwrap(), b"b");
}

#[tokio::test]
async fn a_half_written_record_names_its_key() {
    let server = Server::start().await;
    let store = Store::open("s3://bucket/p", &server.connection).unwrap();
    store.put_step(&attempt("r", "train", 1)).await.unwrap();
    let key = keys::step("r", "train", 1);
    let whole = store.get_bytes(&key).await.unwrap();
    store.put_bytes(&key, whole.slice(..whole.len() / 2)).await.unwrap();
    let error = store.get_step("r", "train").await.unwrap_err();
    assert_eq!(error.to_string(), format!("not a complete record: `{key}`"));
    assert_eq!(store.list_steps("r").await.unwrap().unreadable.len(), 1);
}

#[test]
fn links_in_a_circle_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir(folder.path().join("a")).unwrap();
    fs_err::os::unix::fs::symlink(folder.path(), folder.path().join("a/back")).unwrap();
    let error = sagewright_store::files_under(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Unstorable { .. }), "{error}");
}
