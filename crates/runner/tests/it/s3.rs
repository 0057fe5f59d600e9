//! The same over S3, as a job on the embedded endpoint or on SageMaker has it.

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use sagewright_store::{Connection, Credentials, StepState, Store, hash_hex};
use serde_json::json;
use tokio::net::TcpListener;

use crate::job::{Bench, HELPERS, RUN};

#[test]
fn a_store_in_s3_is_found_through_the_environment() {
    let bench = Bench::new();
    let folder = bench.folder.path().join("s3");
    fs_err::create_dir_all(folder.join("bucket")).unwrap();
    let endpoint = serve(&bench, s3s_fs::FileSystem::new(folder).unwrap());
    let connection = Connection {
        endpoint_url: Some(endpoint.clone()),
        credentials: Some(Credentials {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "secret".into(),
            session_token: None,
        }),
        ..Connection::default()
    };
    let store = Store::open("s3://bucket/prefix", &connection).unwrap();

    let script = |body: &str| json!(["sh", "-c", format!("{HELPERS}\n{body}")]);
    let spec = json!({"version": 1, "name": "training", "steps": [
        {"name": "load", "command": script("ok rows '[1,2]'; finish"), "outputs": [{"name": "rows"}]},
        {"name": "train", "command": script(r#"cat "$work/inputs/data/data.json"; finish"#),
         "inputs": {"data": {"step": "load", "output": "rows"}}},
    ]});
    let spec = spec.to_string();
    let hash = hash_hex(&spec);
    bench.wait(store.put_spec("training", &hash, spec)).unwrap();
    for step in ["load", "train"] {
        let job = bench
            .job(step)
            .variable("SAGEWRIGHT_STORE", "s3://bucket/prefix")
            .variable("SAGEWRIGHT_SPEC", &hash)
            .variable("AWS_ENDPOINT_URL", &endpoint)
            .variable("AWS_REGION", "us-east-1")
            .variable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .variable("AWS_SECRET_ACCESS_KEY", "secret");
        let child = job.start();
        // The server answers only while this thread lets it.
        let output = bench
            .wait(async { tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap() });
        assert!(output.status.success(), "{output:?}");
        assert_eq!(output.stdout, if step == "train" { &b"[1,2]\n"[..] } else { b"" });
    }
    let record = bench.wait(store.get_step(RUN, "train")).unwrap();
    assert_eq!(record.state, StepState::Succeeded);
    assert_eq!(bench.wait(store.list_runs()).unwrap().records.len(), 1);
}

fn serve(bench: &Bench, files: s3s_fs::FileSystem) -> String {
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single("AKIDEXAMPLE", "secret"));
    let service = builder.build();
    bench.wait(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone());
                tokio::spawn(connection);
            }
        });
        endpoint
    })
}
