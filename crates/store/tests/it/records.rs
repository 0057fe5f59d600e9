//! Stacks, components and secrets in their database.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use sagewright_store::components::{Kind, Values, references};
use sagewright_store::records::{self, Component, DATABASE, Error, KEY_FILE, LOCAL, Records};
use secrecy::ExposeSecret as _;
use serde_json::json;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn open(home: &Path) -> Records {
    Records::open(home, NOW).await.unwrap()
}

fn component(kind: Kind, name: &str, flavor: &str) -> Component {
    let values = Values::default();
    Component { kind, name: name.into(), flavor: flavor.into(), values, connector: None, resource_id: None }
}

fn orchestrator(name: &str) -> Component {
    let mut it = component(Kind::Orchestrator, name, "sagemaker");
    it.values.configuration.insert("region".into(), json!("eu-west-1"));
    it.values.secrets.insert("aws_secret_access_key".into(), "hush-orchestrator".into());
    it
}

fn parts(orchestrator: &str, store: &str) -> BTreeMap<Kind, String> {
    BTreeMap::from([(Kind::Orchestrator, orchestrator.into()), (Kind::ArtifactStore, store.into())])
}

async fn with_stack(home: &Path) -> Records {
    let records = open(home).await;
    let store = component(Kind::ArtifactStore, "bucket", "s3");
    records.register(&[orchestrator("sage"), store], NOW).await.unwrap();
    records.register_stack("cloud", &parts("sage", "bucket"), &[], true, NOW).await.unwrap();
    records
}

#[tokio::test]
async fn the_stack_of_this_machine_is_there_from_the_start_and_stays() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(records::active_stack(home.path()).await.unwrap(), LOCAL);
    assert!(!home.path().join(DATABASE).exists(), "asking must not make anything");
    let records = open(home.path()).await;
    assert_eq!(records.active_stack().await.unwrap(), LOCAL);
    let stack = records.stack(LOCAL).await.unwrap();
    assert_eq!(stack.components[&Kind::ArtifactStore], LOCAL);
    for error in [
        records.delete_stack(LOCAL, true).await.unwrap_err(),
        records.rename_stack(LOCAL, "other", NOW).await.unwrap_err(),
        records.delete(Kind::Orchestrator, LOCAL).await.unwrap_err(),
        records.rename(Kind::Orchestrator, LOCAL, "other", NOW).await.unwrap_err(),
        records.connect(Kind::Orchestrator, LOCAL, None, None, NOW).await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::Bundled { .. }), "{error}");
    }
}

#[tokio::test]
async fn only_the_user_may_read_the_files() {
    let home = tempfile::tempdir().unwrap();
    let records = with_stack(home.path()).await;
    records.stacks().await.unwrap();
    for entry in std::fs::read_dir(home.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.path());
    }
}

#[tokio::test]
async fn secrets_are_in_no_file_in_clear_and_come_back() {
    let home = tempfile::tempdir().unwrap();
    let records = with_stack(home.path()).await;
    let values = BTreeMap::from([("key".to_owned(), "hush-secret".into())]);
    records.create_secret("aws", &values, NOW).await.unwrap();
    let shown = records.component(Kind::Orchestrator, "sage").await.unwrap();
    assert!(shown.secrets.contains("aws_secret_access_key"));
    assert!(!serde_json::to_string(&shown).unwrap().contains("hush"));
    for entry in std::fs::read_dir(home.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(4).any(|it| it == b"hush"));
    }
    let again = open(home.path()).await;
    let secrets = again.component_secrets(Kind::Orchestrator, "sage").await.unwrap();
    assert_eq!(secrets["aws_secret_access_key"].expose_secret(), "hush-orchestrator");
    let reference = references("{{aws.key}}").remove(0);
    assert_eq!(again.resolve(&reference).await.unwrap().expose_secret(), "hush-secret");
}

#[tokio::test]
async fn a_lost_key_is_said_and_shows_nothing() {
    let home = tempfile::tempdir().unwrap();
    drop(with_stack(home.path()).await);
    std::fs::remove_file(home.path().join(KEY_FILE)).unwrap();
    let error = open(home.path()).await.component_secrets(Kind::Orchestrator, "sage").await.unwrap_err();
    assert!(error.to_string().contains("`aws_secret_access_key` of orchestrator `sage`"), "{error}");
    std::fs::write(home.path().join(KEY_FILE), "no key").unwrap();
    let error = open(home.path()).await.component_secrets(Kind::Orchestrator, "sage").await.unwrap_err();
    assert!(matches!(error, Error::Key { .. }), "{error}");
}

#[tokio::test]
async fn what_is_in_use_is_not_deleted_and_the_users_are_named() {
    let home = tempfile::tempdir().unwrap();
    let records = with_stack(home.path()).await;
    let connector = component(Kind::ServiceConnector, "work", "implicit");
    records.register(&[connector], NOW).await.unwrap();
    records.connect(Kind::Orchestrator, "sage", Some("work"), None, NOW).await.unwrap();
    records.create_secret("aws", &BTreeMap::from([("id".to_owned(), "x".into())]), NOW).await.unwrap();
    let edit = records.edit::<Error>(Kind::Orchestrator, "sage", NOW, |_, values| {
        values.configuration.insert("aws_access_key_id".into(), json!("{{aws.id}}"));
        Ok(())
    });
    edit.await.unwrap();
    for (error, user) in [
        (records.delete(Kind::Orchestrator, "sage").await.unwrap_err(), "stack `cloud`"),
        (records.delete(Kind::ServiceConnector, "work").await.unwrap_err(), "orchestrator `sage`"),
        (records.delete_secret("aws").await.unwrap_err(), "orchestrator `sage`"),
        (
            records.update_secret("aws", &BTreeMap::new(), &["id".into()], NOW).await.unwrap_err(),
            "orchestrator `sage`",
        ),
        (records.delete_stack("cloud", false).await.unwrap_err(), "active"),
    ] {
        assert!(matches!(error, Error::InUse { .. }) && error.to_string().contains(user), "{error}");
    }
}

#[tokio::test]
async fn a_new_name_is_followed_by_everyone_who_uses_it() {
    let home = tempfile::tempdir().unwrap();
    let records = with_stack(home.path()).await;
    records.register(&[component(Kind::ServiceConnector, "work", "implicit")], NOW).await.unwrap();
    records.connect(Kind::Orchestrator, "sage", Some("work"), None, NOW).await.unwrap();
    records.rename(Kind::ServiceConnector, "work", "job", NOW).await.unwrap();
    records.rename(Kind::Orchestrator, "sage", "maker", NOW).await.unwrap();
    records.rename_stack("cloud", "sky", NOW).await.unwrap();
    assert_eq!(records.active_stack().await.unwrap(), "sky");
    assert_eq!(records.stack("sky").await.unwrap().components[&Kind::Orchestrator], "maker");
    let maker = records.component(Kind::Orchestrator, "maker").await.unwrap();
    assert_eq!(maker.connector.as_deref(), Some("job"));
    let secrets = records.component_secrets(Kind::Orchestrator, "maker").await.unwrap();
    assert_eq!(secrets.len(), 1);
}

#[tokio::test]
async fn a_change_that_is_refused_leaves_everything_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    let records = with_stack(home.path()).await;
    let refused = [component(Kind::ImageBuilder, "one", "local"), orchestrator("sage")];
    assert!(matches!(records.register(&refused, NOW).await, Err(Error::Taken { .. })));
    assert!(records.component(Kind::ImageBuilder, "one").await.is_err());
    let new = [component(Kind::ImageBuilder, "two", "local")];
    let missing = records.register_stack("next", &parts("nobody", "bucket"), &new, true, NOW).await;
    assert!(matches!(missing, Err(Error::Unknown { .. })));
    assert!(records.component(Kind::ImageBuilder, "two").await.is_err());
    assert_eq!(records.active_stack().await.unwrap(), "cloud");
    let edit = records.edit(Kind::Orchestrator, "sage", NOW, |_, values| {
        values.secrets.clear();
        Err(Error::Incomplete { what: "excuse" })
    });
    edit.await.unwrap_err();
    assert_eq!(records.component_secrets(Kind::Orchestrator, "sage").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_stack_keeps_what_an_update_does_not_name() {
    let home = tempfile::tempdir().unwrap();
    let records = with_stack(home.path()).await;
    records
        .register(&[component(Kind::ImageBuilder, "one", "local"), orchestrator("two")], NOW)
        .await
        .unwrap();
    let builder = BTreeMap::from([(Kind::ImageBuilder, Some("one".to_owned()))]);
    records.update_stack("cloud", &builder, NOW).await.unwrap();
    let other = BTreeMap::from([(Kind::Orchestrator, Some("two".to_owned()))]);
    records.update_stack("cloud", &other, NOW).await.unwrap();
    let stack = records.stack("cloud").await.unwrap();
    assert_eq!(stack.components[&Kind::ImageBuilder], "one");
    assert_eq!(stack.components[&Kind::Orchestrator], "two");
    let without = BTreeMap::from([(Kind::ImageBuilder, None)]);
    records.update_stack("cloud", &without, NOW).await.unwrap();
    assert!(!records.stack("cloud").await.unwrap().components.contains_key(&Kind::ImageBuilder));
    let broken = BTreeMap::from([(Kind::ArtifactStore, None)]);
    assert!(matches!(records.update_stack("cloud", &broken, NOW).await, Err(Error::Incomplete { .. })));
}

#[tokio::test]
async fn deleting_a_stack_with_its_parts_spares_what_others_use() {
    let home = tempfile::tempdir().unwrap();
    let records = with_stack(home.path()).await;
    records.register(&[orchestrator("other")], NOW).await.unwrap();
    records.register_stack("second", &parts("other", "bucket"), &[], false, NOW).await.unwrap();
    let gone = records.delete_stack("second", true).await.unwrap();
    assert_eq!(gone, [(Kind::Orchestrator, "other".to_owned())]);
    assert!(records.component(Kind::ArtifactStore, "bucket").await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_open_and_write_at_once_and_nothing_is_lost() {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let writers = (0..16).map(|number| {
        let home = Arc::clone(&home);
        tokio::spawn(async move {
            let records = open(home.path()).await;
            let name = format!("o{number}");
            records.register(&[orchestrator(&name)], NOW).await.unwrap();
            let count = number.to_string();
            let edit = records.edit::<Error>(Kind::Orchestrator, &name, NOW, |_, values| {
                values.configuration.insert("image_uri".into(), json!(count));
                Ok(())
            });
            edit.await.unwrap();
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let records = open(home.path()).await;
    let found = records.components(Kind::Orchestrator).await.unwrap();
    assert_eq!(found.len(), 17);
    for it in found.iter().filter(|it| it.name != LOCAL) {
        let secrets = records.component_secrets(Kind::Orchestrator, &it.name).await.unwrap();
        assert_eq!(secrets["aws_secret_access_key"].expose_secret(), "hush-orchestrator");
    }
}

#[tokio::test]
async fn names_that_cannot_be_typed_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let records = open(home.path()).await;
    for name in ["", "-x", "a b", "a/b", "../x", &"x".repeat(101)] {
        let outcome = records.register(&[component(Kind::ImageBuilder, name, "local")], NOW).await;
        assert!(matches!(outcome, Err(Error::Name { .. })), "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(
        home.path().join(DATABASE),
        "this is not a database, and long enough to see that".repeat(40),
    )
    .unwrap();
    let error = Records::open(home.path(), NOW).await.unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("damaged")), "{error:?}");
    assert!(records::active_stack(home.path()).await.is_err());
}
