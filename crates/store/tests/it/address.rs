//! Addresses that are none.

use sagewright_store::{Connection, Error, Store};

#[test]
fn a_bad_address_is_named_with_what_is_wrong() {
    for (uri, reason) in [
        ("somewhere", "relative URL without a base"),
        ("gs://bucket/prefix", "`gs` addresses are not supported"),
        ("s3://", "the bucket is missing"),
    ] {
        let error = Store::open(uri, &Connection::default()).unwrap_err();
        assert_eq!(error.to_string(), format!("`{uri}` is not an artifact store: {reason}"));
        assert!(error.hint().is_some());
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let uri = format!("file://{}/store", file.path().display());
    let error = Store::open(&uri, &Connection::default()).unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error}");
}
