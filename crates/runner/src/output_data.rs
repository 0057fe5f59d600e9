//! Output data of training jobs. SageMaker uploads folders only for processing jobs, so for training
//! jobs this program does: at the end, or also while the step runs.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use sagewright_store::{Connection, Store, files_under};

use crate::args::OutputData;
use crate::error::{Error, chain};
use crate::failure::say;
use crate::ml::{self, MlRoot};

/// Time between two looks for changed files.
const INTERVAL: Duration = Duration::from_secs(2);

/// All folders of output data of a job.
pub(crate) struct Uploads(Vec<Upload>);

struct Upload {
    continuous: bool,
    folder: PathBuf,
    uri: String,
    store: Store,
    /// What is uploaded already: size and time of change by path.
    done: HashMap<String, Stamp>,
}

type Stamp = (u64, Option<SystemTime>);

impl Uploads {
    /// Opens the targets and makes the folders, which the step may then rely on.
    pub(crate) fn open(wanted: &[OutputData], root: &MlRoot, connection: &Connection) -> Result<Self, Error> {
        let open = |wanted: &OutputData| {
            let folder = root.output_data().join(&wanted.channel);
            ml::create(&folder)?;
            let store = Store::open(&wanted.uri, connection)
                .map_err(|source| Error::OutputData { uri: wanted.uri.clone(), source })?;
            let uri = wanted.uri.clone();
            Ok(Upload { continuous: wanted.continuous, folder, uri, store, done: HashMap::new() })
        };
        wanted.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Uploads what changes, for as long as it is polled.
    pub(crate) async fn watch(&mut self) -> Infallible {
        loop {
            tokio::time::sleep(INTERVAL).await;
            for upload in self.0.iter_mut().filter(|upload| upload.continuous) {
                // A file may vanish or grow while it is read; the next look, or the last, finds it again.
                if let Err(error) = upload.run().await {
                    say(&format!("sagewright-step: {}; trying again", chain(&error)));
                }
            }
        }
    }

    /// Uploads everything that is not uploaded yet.
    pub(crate) async fn finish(&mut self) -> Result<(), Error> {
        for upload in &mut self.0 {
            upload.run().await?;
        }
        Ok(())
    }
}

impl Upload {
    async fn run(&mut self) -> Result<(), Error> {
        let failed = |source| Error::OutputData { uri: self.uri.clone(), source };
        let mut changed = Vec::new();
        let mut stamps = Vec::new();
        for (relative, path) in files_under(&self.folder).map_err(failed)? {
            let Ok(metadata) = fs_err::metadata(&path) else { continue };
            let stamp = (metadata.len(), metadata.modified().ok());
            if self.done.get(&relative) != Some(&stamp) {
                stamps.push((relative.clone(), stamp));
                changed.push((relative, path));
            }
        }
        self.store.upload_files("", changed).await.map_err(failed)?;
        self.done.extend(stamps);
        Ok(())
    }
}
