//! What a job runs, in the form in which it travels. At present that is the user's code:
//! [`code::pack`] turns a folder into a content-addressed archive.
//!
//! The crate reads the files it is pointed at and nothing else: no environment, no clock, no network.
//!
//! ```
//! # let root = tempfile::tempdir().unwrap();
//! # std::fs::write(root.path().join("run.py"), "print('hello')").unwrap();
//! let archive = sagewright_image::code::pack(root.path(), &std::collections::BTreeMap::new())?;
//! assert_eq!(archive.files, ["run.py"]);
//! # Ok::<(), sagewright_image::Error>(())
//! ```

pub mod code;
mod error;

pub use error::{Error, Result};
