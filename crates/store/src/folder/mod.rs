//! Folders of files to and from the store: in parallel, in bounded memory, with every byte hashed.

mod download;
mod upload;
mod walk;

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

pub use walk::files_under;

/// Objects above this size are written in parts and read in ranges of it, in bytes.
const PART: u64 = 8 * 1024 * 1024;
/// Files that one store moves at the same time.
const FILES: usize = 32;
/// What one store holds in memory at the same time, in MiB.
const MEMORY: u32 = 64;

/// What all transfers of one store share.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    memory: Arc<Semaphore>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: Arc::new(Semaphore::new(MEMORY as usize)) }
    }
}

impl Limits {
    /// Waits until `bytes` may be held in memory, and holds that place until dropped.
    async fn hold(&self, bytes: u64) -> SemaphorePermit<'_> {
        let mebibytes = u32::try_from(bytes.div_ceil(1024 * 1024)).unwrap_or(MEMORY).clamp(1, MEMORY);
        self.memory.acquire_many(mebibytes).await.expect("the semaphore is never closed")
    }
}
