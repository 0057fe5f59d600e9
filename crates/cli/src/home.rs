//! Where state lies on this machine (`$SAGEWRIGHT_HOME`).

use std::path::PathBuf;

use crate::environment::{self, SAGEWRIGHT_HOME};
use crate::failure::{Failure, Result};

/// The folder that holds everything Sagewright keeps on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Home(PathBuf);

impl Home {
    /// `$SAGEWRIGHT_HOME`, else `~/.sagewright`. The folder is made when something is first written to it.
    pub(crate) fn find() -> Result<Self> {
        let path = match environment::read(SAGEWRIGHT_HOME) {
            Some(path) => PathBuf::from(path),
            None => environment::home_directory()
                .ok_or_else(|| {
                    Failure::input("there is no home directory to keep state in")
                        .hint(format!("set {SAGEWRIGHT_HOME} to a folder that you can write to"))
                })?
                .join(".sagewright"),
        };
        std::path::absolute(&path).map(Self).map_err(|error| {
            Failure::input_error(error).context(format!("`{}` is no usable path", path.display()))
        })
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &std::path::Path {
        &self.0
    }

    /// The embedded endpoint's state directory.
    pub(crate) fn endpoint(&self) -> PathBuf {
        self.0.join("endpoint")
    }
}
