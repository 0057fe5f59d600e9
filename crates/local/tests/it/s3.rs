//! The embedded S3 through a foreign client, and over raw requests where that client has no words.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Plain;
use hyper_util::rt::TokioExecutor;
use object_store::aws::{AmazonS3, AmazonS3Builder, S3ConditionalPut};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};
use object_store::path::Path;
use object_store::{
    ClientOptions, Error, GetOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    PutPayload,
};

use crate::support::Endpoint;

/// The HTTP client below the S3 client.
#[derive(Debug)]
struct Http(Client<Plain, HttpRequestBody>);

impl HttpConnector for Http {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Self(self.0.clone())))
    }
}

#[async_trait::async_trait]
impl HttpService for Http {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.request(request).await;
        let answer = answer.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        Ok(answer.map(|body| {
            HttpResponseBody::new(body.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error)))
        }))
    }
}

fn store(endpoint: &Endpoint, bucket: &str) -> AmazonS3 {
    let connection = endpoint.connection();
    AmazonS3Builder::new()
        .with_endpoint(&connection.endpoint_url)
        .with_region(&connection.region)
        .with_bucket_name(bucket)
        .with_access_key_id(&connection.access_key_id)
        .with_secret_access_key(&connection.secret_access_key)
        .with_allow_http(true)
        .with_http_connector(Http(Client::builder(TokioExecutor::new()).build_http()))
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .build()
        .unwrap()
}

async fn put(store: &AmazonS3, key: &str, content: impl Into<PutPayload>) -> object_store::PutResult {
    store.put(&Path::from(key), content.into()).await.unwrap()
}

async fn get(store: &AmazonS3, key: &str) -> Vec<u8> {
    store.get(&Path::from(key)).await.unwrap().bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_come_back_with_their_md5() {
    let endpoint = Endpoint::start().await;
    let store = store(&endpoint, "sagewright");
    let result = put(&store, "a/b.txt", "hello").await;
    assert_eq!(result.e_tag.as_deref(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    assert_eq!(get(&store, "a/b.txt").await, b"hello");
    assert_eq!(endpoint.object("a/b.txt").unwrap(), b"hello");
    let head = store.head(&Path::from("a/b.txt")).await.unwrap();
    assert_eq!((head.size, head.e_tag), (5, result.e_tag));
    let part = store.get_range(&Path::from("a/b.txt"), 1..3).await.unwrap();
    assert_eq!(part.as_ref(), b"el");
    let missing = store.get(&Path::from("a")).await.unwrap_err();
    assert!(matches!(missing, Error::NotFound { .. }), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_jobs_wrote_has_the_right_etag_too() {
    let endpoint = Endpoint::start().await;
    endpoint.put("out/model", "hello");
    let store = store(&endpoint, "sagewright");
    let head = store.head(&Path::from("out/model")).await.unwrap();
    assert_eq!(head.e_tag.as_deref(), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    // Replaced behind the service's back, as the executor does it.
    endpoint.put("out/model", "other");
    let head = store.head(&Path::from("out/model")).await.unwrap();
    assert_eq!(head.e_tag.as_deref(), Some("\"795f3202b17cb6bc3d4b771d8c6c9eaf\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_writers_creates_an_object() {
    let endpoint = Endpoint::start().await;
    let store = Arc::new(store(&endpoint, "sagewright"));
    let create = |n: usize| {
        let store = Arc::clone(&store);
        async move {
            let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
            store.put_opts(&Path::from("claim"), n.to_string().into(), options).await
        }
    };
    let results = futures_util::future::join_all((0..20).map(create)).await;
    let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for error in lost {
        let error = error.unwrap_err();
        assert!(matches!(error, Error::AlreadyExists { .. } | Error::Precondition { .. }), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_object_is_not_sent_again() {
    let endpoint = Endpoint::start().await;
    let store = store(&endpoint, "sagewright");
    let etag = put(&store, "a", "hello").await.e_tag;
    let options = GetOptions { if_none_match: etag.clone(), ..GetOptions::default() };
    let error = store.get_opts(&Path::from("a"), options).await.unwrap_err();
    assert!(matches!(error, Error::NotModified { .. }), "{error}");
    let options = GetOptions { if_match: Some("\"other\"".to_owned()), ..GetOptions::default() };
    let error = store.get_opts(&Path::from("a"), options).await.unwrap_err();
    assert!(matches!(error, Error::Precondition { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_sorted_and_paged() {
    let endpoint = Endpoint::start().await;
    for n in 0..1234 {
        endpoint.put(&format!("many/{n:04}"), "x");
    }
    endpoint.put("manyfold", "x");
    let store = store(&endpoint, "sagewright");
    let found: Vec<String> = store
        .list(Some(&Path::from("many")))
        .map_ok(|object| object.location.to_string())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found.len(), 1234);
    assert!(found.is_sorted());
    let after: Vec<_> =
        store.list_with_offset(Some(&Path::from("many")), &Path::from("many/1230")).collect::<Vec<_>>().await;
    assert_eq!(after.len(), 3);
    let folders = store.list_with_delimiter(None).await.unwrap();
    assert_eq!(folders.common_prefixes, [Path::from("many")]);
    assert_eq!(folders.objects.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_object_comes_in_parts() {
    let endpoint = Endpoint::start().await;
    let store = store(&endpoint, "sagewright");
    // As long as keys of step outputs can get.
    let key = format!("runs/abcdefghijkl/steps/{}/1/outputs/{}/data.pkl", "s".repeat(64), "o".repeat(200));
    let key = Path::from(key);
    let mut upload = store.put_multipart(&key).await.unwrap();
    let part = vec![7_u8; 5 * 1024 * 1024];
    upload.put_part(part.clone().into()).await.unwrap();
    upload.put_part(vec![8; 3].into()).await.unwrap();
    let result = upload.complete().await.unwrap();
    assert!(result.e_tag.unwrap().ends_with("-2\""));
    let all = store.get(&key).await.unwrap().bytes().await.unwrap();
    assert_eq!(all.len(), part.len() + 3);
    assert_eq!(&all[part.len()..], [8, 8, 8]);
    assert_eq!(fs_err::read_dir(endpoint.state().join("s3-uploads")).unwrap().count(), 0);

    let mut upload = store.put_multipart(&Path::from("aborted")).await.unwrap();
    upload.put_part(vec![1].into()).await.unwrap();
    upload.abort().await.unwrap();
    assert!(endpoint.object("aborted").is_none());
    assert_eq!(fs_err::read_dir(endpoint.state().join("s3-uploads")).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_and_deletions() {
    let endpoint = Endpoint::start().await;
    let store = store(&endpoint, "sagewright");
    put(&store, "a/b/c", "hello").await;
    store.copy(&Path::from("a/b/c"), &Path::from("d")).await.unwrap();
    assert_eq!(get(&store, "d").await, b"hello");
    store.delete(&Path::from("a/b/c")).await.unwrap();
    // Empty folders are nothing that S3 knows.
    assert!(!endpoint.state().join("s3/sagewright/a").exists());
    store.delete(&Path::from("a/b/c")).await.unwrap();
    let all = [Path::from("d"), Path::from("never")].map(Ok);
    let deleted: Vec<_> = store.delete_stream(futures_util::stream::iter(all).boxed()).collect().await;
    assert!(deleted.iter().all(Result::is_ok), "{deleted:?}");
    assert!(endpoint.object("d").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_buckets_do_not_exist_until_they_are_made() {
    let endpoint = Endpoint::start().await;
    let other = store(&endpoint, "other-bucket");
    let error = other.put(&Path::from("a"), "x".into()).await.unwrap_err();
    assert!(error.to_string().contains("NoSuchBucket") || matches!(error, Error::NotFound { .. }), "{error}");
    fs_err::create_dir(endpoint.state().join("s3/other-bucket")).unwrap();
    put(&other, "a", "x").await;
    assert_eq!(get(&other, "a").await, b"x");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_cannot_leave_its_bucket() {
    let endpoint = Endpoint::start().await;
    let store = store(&endpoint, "sagewright");
    put(&store, "folder/object", "x").await;
    // A folder and an object of one name is the one thing files cannot do.
    let error = store.put(&Path::from("folder"), "x".into()).await.unwrap_err();
    assert!(error.to_string().contains("folder and an object"), "{error}");
    let error = store.put(&Path::from("folder/object/below"), "x".into()).await.unwrap_err();
    assert!(error.to_string().contains("folder and an object"), "{error}");
}
