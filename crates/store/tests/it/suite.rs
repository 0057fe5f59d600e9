//! The contract of the store: every scenario runs over a folder and over S3.

use jiff::Timestamp;
use sagewright_store::{
    ArtifactRecord, Error, InputRecord, InputSource, JobKind, RunRecord, StepRecord, StepState, Store,
    VERSION, files_under, hash_hex, keys,
};

use crate::s3::Server;

macro_rules! suite {
    ($($scenario:ident),* $(,)?) => {
        mod folder {
            $(#[tokio::test]
            async fn $scenario() {
                let folder = tempfile::tempdir().unwrap();
                let uri = format!("file://{}/a store", folder.path().display());
                let store = super::Store::open(&uri, &sagewright_store::Connection::default()).unwrap();
                super::$scenario(&store).await;
            })*
        }
        mod s3 {
            $(#[tokio::test]
            async fn $scenario() {
                let server = super::Server::start().await;
                let store = super::Store::open("s3://bucket/some/prefix", &server.connection).unwrap();
                super::$scenario(&store).await;
            })*
        }
    };
}

suite![
    objects_come_back_as_they_were,
    an_absent_object_is_told_apart,
    the_first_writer_wins,
    content_is_addressed_by_its_hash,
    runs_are_listed_newest_first,
    a_run_is_not_written_over_by_a_job,
    attempts_are_claimed_once,
    the_newest_success_counts,
    steps_are_listed_by_their_newest_attempt,
    folders_survive_the_journey,
    large_files_go_in_parts,
    a_changed_file_is_noticed,
    an_empty_store_lists_nothing,
];

async fn objects_come_back_as_they_were(store: &Store) {
    for key in ["a.txt", "deep/er/b c.txt", "deep/ä%20+&.txt", "deep/empty"] {
        let content = if key.ends_with("empty") { "" } else { key };
        store.put_bytes(key, content.to_owned()).await.unwrap();
        assert_eq!(store.get_bytes(key).await.unwrap(), content.as_bytes(), "{key}");
        assert!(store.exists(key).await.unwrap());
    }
    store.put_bytes("a.txt", "other").await.unwrap();
    assert_eq!(store.get_bytes("a.txt").await.unwrap(), "other");

    let mut keys = store.list_keys("deep").await.unwrap();
    keys.sort_unstable();
    assert_eq!(keys, ["deep/empty", "deep/er/b c.txt", "deep/ä%20+&.txt"]);
    assert_eq!(store.list_folders("deep").await.unwrap(), ["er"]);
    assert_eq!(store.uri_of("a.txt"), format!("{}/a.txt", store.uri()));
}

async fn an_absent_object_is_told_apart(store: &Store) {
    let error = store.get_bytes("no/such").await.unwrap_err();
    assert_eq!(error.to_string(), "not in the artifact store: `no/such`");
    assert_eq!(store.find_bytes("no/such").await.unwrap(), None);
    assert!(!store.exists("no/such").await.unwrap());
    assert!(matches!(store.put_bytes("a/../b", "x").await, Err(Error::Name { .. })));
}

async fn the_first_writer_wins(store: &Store) {
    assert!(store.put_bytes_if_absent("k/one", "first").await.unwrap());
    assert!(!store.put_bytes_if_absent("k/one", "second").await.unwrap());
    assert_eq!(store.get_bytes("k/one").await.unwrap(), "first");
}

async fn content_is_addressed_by_its_hash(store: &Store) {
    let hash = hash_hex("{}");
    store.put_spec("training", &hash, "{}").await.unwrap();
    assert_eq!(store.get_spec("training", &hash).await.unwrap(), "{}");

    let code = hash_hex("archive");
    store.put_code(&code, "archive").await.unwrap();
    assert!(store.has_code(&code).await.unwrap());
    assert!(!store.has_code(&hash).await.unwrap());
    store.put_bytes(&keys::code(&code), "archi").await.unwrap();
    let error = store.get_code(&code).await.unwrap_err();
    assert!(matches!(&error, Error::Corrupt { key, .. } if *key == keys::code(&code)), "{error}");
}

async fn runs_are_listed_newest_first(store: &Store) {
    for (id, second) in [("aaa", 10), ("bbb", 30), ("ccc", 20)] {
        store.put_run(&run(id, second)).await.unwrap();
        store.put_bytes(&keys::output(id, "load", 1, "data.json"), "1").await.unwrap();
    }
    store.put_bytes(&keys::run("ddd"), "{\"version\": 1, \"run_").await.unwrap();
    store.put_bytes(&keys::run("eee"), "{\"version\": 99}").await.unwrap();
    let listing = store.list_runs().await.unwrap();
    let ids: Vec<&str> = listing.records.iter().map(|run| run.run_id.as_str()).collect();
    assert_eq!(ids, ["bbb", "ccc", "aaa"]);
    let mut unreadable: Vec<String> = listing.unreadable.iter().map(ToString::to_string).collect();
    unreadable.sort_unstable();
    assert_eq!(
        unreadable,
        [
            "not a complete record: `runs/ddd/run.json`",
            "record version 99 of `runs/eee/run.json` is not supported"
        ]
    );
    assert_eq!(store.get_run("aaa").await.unwrap(), run("aaa", 10));
}

async fn a_run_is_not_written_over_by_a_job(store: &Store) {
    let submitted = RunRecord { submitted_by: Some("ada".into()), ..run("abc", 1) };
    store.put_run(&submitted).await.unwrap();
    assert!(!store.put_run_if_absent(&run("abc", 2)).await.unwrap());
    assert_eq!(store.get_run("abc").await.unwrap(), submitted);
}

async fn attempts_are_claimed_once(store: &Store) {
    let mut first = attempt("r", "train", 0);
    store.claim_attempt(&mut first).await.unwrap();
    let mut second = StepRecord { job_name: "other".into(), ..attempt("r", "train", 0) };
    store.claim_attempt(&mut second).await.unwrap();
    assert_eq!((first.attempt, second.attempt), (1, 2));

    // A claim whose answer got lost is repeated, and recognises itself.
    let mut again = StepRecord { job_name: "other".into(), ..attempt("r", "train", 0) };
    store.claim_attempt(&mut again).await.unwrap();
    assert_eq!(again.attempt, 2);
    assert_eq!(store.get_step("r", "train").await.unwrap(), second);
    assert!(store.get_step("r", "other").await.unwrap_err().is_not_found());
}

async fn the_newest_success_counts(store: &Store) {
    assert_eq!(store.find_succeeded("r", "train").await.unwrap(), None);
    let states =
        [StepState::Failed, StepState::Succeeded, StepState::Failed, StepState::Succeeded, StepState::Failed];
    for (number, state) in (1..).zip(states) {
        store.put_step(&StepRecord { state, ..attempt("r", "train", number) }).await.unwrap();
        let newest = store.find_succeeded("r", "train").await.unwrap().map(|record| record.attempt);
        assert_eq!(newest, [None, Some(2), Some(2), Some(4), Some(4)][number as usize - 1]);
    }
}

async fn steps_are_listed_by_their_newest_attempt(store: &Store) {
    for (step, number) in [("load", 1), ("train", 1), ("train", 2), ("train", 10)] {
        let mut record = attempt("r", step, number);
        record.started_at = Timestamp::from_second(i64::from(number) + 100).unwrap();
        store.put_step(&record).await.unwrap();
        store.put_bytes(&format!("{}/step.json", keys::output("r", step, number, "o")), "x").await.unwrap();
    }
    store.put_step(&attempt("r2", "unrelated", 1)).await.unwrap();
    let found: Vec<_> =
        store.list_steps("r").await.unwrap().records.into_iter().map(|r| (r.step, r.attempt)).collect();
    assert_eq!(found, [("load".into(), 1), ("train".into(), 10)]);
    assert_eq!(store.list_attempts("r").await.unwrap().records.len(), 4);
}

async fn folders_survive_the_journey(store: &Store) {
    let source = tempfile::tempdir().unwrap();
    fs_err::create_dir_all(source.path().join("sub/deeper")).unwrap();
    fs_err::write(source.path().join("data.json"), "[1, 2]").unwrap();
    fs_err::write(source.path().join("empty"), "").unwrap();
    for index in 0..40 {
        fs_err::write(source.path().join(format!("sub/deeper/{index} ü.txt")), index.to_string()).unwrap();
    }
    let key = keys::output("r", "load", 1, "data");
    let files = store.upload_folder(source.path(), &key).await.unwrap();
    assert_eq!(files.len(), 42);
    assert_eq!((files[0].path.as_str(), files[0].size), ("data.json", 6));
    assert_eq!(files[0].sha256, hash_hex("[1, 2]"));
    assert_eq!(ArtifactRecord::hash_of(&files).len(), 64);

    let target = tempfile::tempdir().unwrap();
    let target = target.path().join("inputs/data");
    store.download_folder(&key, &files, &target).await.unwrap();
    let names = |root| files_under(root).unwrap().into_iter().map(|file| file.0).collect::<Vec<_>>();
    assert_eq!(names(&target), names(source.path()));
    assert_eq!(fs_err::read_to_string(target.join("sub/deeper/7 ü.txt")).unwrap(), "7");
}

async fn large_files_go_in_parts(store: &Store) {
    let source = tempfile::tempdir().unwrap();
    let content: Vec<u8> = (0_u32..5_000_000).flat_map(u32::to_le_bytes).collect();
    fs_err::write(source.path().join("data.bin"), &content).unwrap();
    fs_err::write(source.path().join("exact.bin"), &content[..16 * 1024 * 1024]).unwrap();
    let files = store.upload_folder(source.path(), "big").await.unwrap();
    assert_eq!(files[0].size, 20_000_000);
    assert_eq!(files[0].sha256, hash_hex(&content));

    let target = tempfile::tempdir().unwrap();
    store.download_folder("big", &files, target.path()).await.unwrap();
    assert_eq!(fs_err::read(target.path().join("data.bin")).unwrap(), content);
    assert_eq!(fs_err::read(target.path().join("exact.bin")).unwrap(), &content[..16 * 1024 * 1024]);
}

async fn a_changed_file_is_noticed(store: &Store) {
    let source = tempfile::tempdir().unwrap();
    fs_err::write(source.path().join("data.json"), "[1, 2]").unwrap();
    let files = store.upload_folder(source.path(), "f").await.unwrap();
    store.put_bytes("f/data.json", "[1, 3]").await.unwrap();
    let target = tempfile::tempdir().unwrap();
    let error = store.download_folder("f", &files, target.path()).await.unwrap_err();
    assert!(matches!(&error, Error::Corrupt { key, .. } if key == "f/data.json"), "{error}");
    assert!(error.hint().is_some());
    assert!(!target.path().join("data.json").exists());
}

async fn an_empty_store_lists_nothing(store: &Store) {
    assert!(store.list_runs().await.unwrap().records.is_empty());
    assert!(store.list_steps("none").await.unwrap().records.is_empty());
    assert!(store.list_keys("none").await.unwrap().is_empty());
}

fn run(id: &str, second: i64) -> RunRecord {
    RunRecord {
        version: VERSION,
        run_id: id.into(),
        execution_arn: format!("arn:aws:sagemaker:us-east-1:000000000000:pipeline/training/execution/{id}"),
        pipeline: "training".into(),
        spec: hash_hex("spec"),
        code: None,
        parameters: serde_json::from_str("{\"depth\": 3}").unwrap(),
        submitted_at: Timestamp::from_second(second).unwrap(),
        submitted_by: None,
        stack: Some("default".into()),
        pipeline_name: Some("training".into()),
    }
}

pub(crate) fn attempt(run_id: &str, step: &str, attempt: u32) -> StepRecord {
    let source = InputSource { step: "load".into(), output: "output".into(), attempt: 1 };
    StepRecord {
        version: VERSION,
        run_id: run_id.into(),
        pipeline: "training".into(),
        step: step.into(),
        attempt,
        job_name: "pipelines-abc-train".into(),
        job_kind: JobKind::Training,
        state: StepState::Running,
        started_at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
        ended_at: None,
        phases: Vec::new(),
        inputs: [
            ("data".to_owned(), InputRecord::One(source.clone())),
            ("more".to_owned(), InputRecord::List(vec![None, Some(source)])),
        ]
        .into(),
        parameters: serde_json::from_str("{\"depth\": 3}").unwrap(),
        outputs: Vec::new(),
        cause: None,
        log_tail: None,
    }
}
