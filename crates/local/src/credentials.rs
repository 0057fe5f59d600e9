//! The key of this installation: made once, kept in the state directory, known to its owner only.

use std::path::Path;

use fs_err as fs;
use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::connection::write_private;

const FILE: &str = "credentials.json";

/// An access key and its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
}

impl Credentials {
    /// Loads the credentials of a state directory, or makes them.
    pub(crate) fn load_or_create(state_dir: &Path) -> Result<Self, Error> {
        let path = state_dir.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|source| Error::Damaged { path, source }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let credentials = Self::generate();
                let bytes = serde_json::to_vec(&credentials).expect("two strings always serialise");
                write_private(&path, &bytes)?;
                Ok(credentials)
            }
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    fn generate() -> Self {
        let mut random = rand::rng();
        let id = Alphanumeric.sample_string(&mut random, 16).to_uppercase();
        Self {
            access_key_id: format!("AKIA{id}"),
            secret_access_key: Alphanumeric.sample_string(&mut random, 40),
        }
    }
}
