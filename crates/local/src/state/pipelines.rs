//! Pipelines and the texts of their definitions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::files::write;
use super::{create_folder, io_error, read_json, write_json};
use crate::engine::Error;

/// One pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PipelineRecord {
    /// As spelled at its creation.
    pub name: String,
    /// Its ARN; the name in it is in lower case.
    pub arn: String,
    /// Shown name.
    pub display_name: String,
    /// Free text.
    pub description: Option<String>,
    /// The role that runs it.
    pub role_arn: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
    /// Its versions, oldest first, never empty.
    pub versions: Vec<Version>,
    /// Limit of parallel steps for its executions.
    pub max_parallel_steps: Option<u32>,
    /// The token it was created with.
    pub token: String,
    /// What was asked for with that token.
    pub fingerprint: String,
}

impl PipelineRecord {
    /// A version by number, or the newest.
    pub fn version(&self, id: Option<u64>) -> Option<&Version> {
        match id {
            Some(id) => self.versions.iter().find(|version| version.id == id),
            None => self.versions.last(),
        }
    }
}

/// One version of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Counted from 1.
    pub id: u64,
    /// The SHA-256 of the definition's text.
    pub definition: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// All pipelines.
#[derive(Debug)]
pub struct Pipelines {
    folder: PathBuf,
    definitions: PathBuf,
    records: BTreeMap<String, PipelineRecord>,
}

/// The key of a pipeline named by name or ARN: names differ in more than case.
pub fn key_of(name_or_arn: &str) -> String {
    let name = name_or_arn.split_once(":pipeline/").map_or(name_or_arn, |(_, name)| name);
    name.split('/').next().unwrap_or_default().to_lowercase()
}

impl Pipelines {
    /// Reads all records.
    pub fn open(state_dir: &Path) -> Result<Self, Error> {
        let (folder, definitions) = (state_dir.join("pipelines"), state_dir.join("definitions"));
        create_folder(&folder)?;
        create_folder(&definitions)?;
        let mut records = BTreeMap::new();
        for entry in fs_err::read_dir(&folder).map_err(io_error("read", &folder))? {
            let path = entry.map_err(io_error("read", &folder))?.path();
            if path.extension().is_some_and(|extension| extension == "json")
                && let Some(record) = read_json::<PipelineRecord>(&path)?
            {
                records.insert(key_of(&record.name), record);
            }
        }
        Ok(Self { folder, definitions, records })
    }

    /// A pipeline by name or ARN.
    pub fn get(&self, name_or_arn: &str) -> Option<&PipelineRecord> {
        self.records.get(&key_of(name_or_arn))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &PipelineRecord> {
        self.records.values()
    }

    /// Writes a record, new or changed.
    pub fn put(&mut self, record: PipelineRecord) -> Result<(), Error> {
        let key = key_of(&record.name);
        write_json(&self.folder.join(format!("{key}.json")), &record, true)?;
        self.records.insert(key, record);
        Ok(())
    }

    /// Forgets a pipeline. Its definitions stay: executions still speak of them.
    pub fn delete(&mut self, name_or_arn: &str) -> Result<(), Error> {
        let key = key_of(name_or_arn);
        let path = self.folder.join(format!("{key}.json"));
        fs_err::remove_file(&path).map_err(io_error("delete", &path))?;
        self.records.remove(&key);
        Ok(())
    }

    /// Keeps the text of a definition; returns the hash by which it is found again.
    pub fn put_definition(&self, text: &str) -> Result<String, Error> {
        let hash = hex::encode(Sha256::digest(text));
        let path = self.definition_path(&hash);
        if !path.exists() {
            write(&path, text.as_bytes(), true)?;
        }
        Ok(hash)
    }

    /// Where the text of a definition is.
    pub fn definition_path(&self, hash: &str) -> PathBuf {
        self.definitions.join(format!("{hash}.json"))
    }
}
