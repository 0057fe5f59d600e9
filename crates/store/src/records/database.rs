//! The database file: found, made, brought up to date, and changed in transactions.

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::vault::Vault;
use super::{Error, Result, bundled, migrations};

/// The database's name in `$SAGEWRIGHT_HOME`.
pub const DATABASE: &str = "sagewright.db";

/// How long one process waits for another one's transaction; each takes milliseconds.
const BUSY: Duration = Duration::from_secs(20);

/// The records of one home.
#[derive(Debug)]
pub struct Records {
    pub(super) pool: SqlitePool,
    pub(super) vault: Vault,
    path: PathBuf,
}

impl Records {
    /// Opens the records of a home; makes them, or brings them up to date, where that is needed.
    pub async fn open(home: &Path, now: Timestamp) -> Result<Self> {
        let records =
            Self { pool: pool(&home.join(DATABASE)), vault: Vault::new(home), path: home.join(DATABASE) };
        if records.path.exists() {
            match records.version().await? {
                migrations::LATEST => return Ok(records),
                newer if newer > migrations::LATEST => return Err(Error::Newer { path: records.path }),
                _ => {}
            }
        }
        records.prepare(home, now).await?;
        Ok(records)
    }

    async fn version(&self) -> Result<i64> {
        migrations::version(&self.pool).await.map_err(|source| self.failed(source))
    }

    /// Makes the file and its tables. A lock keeps other processes from doing the same meanwhile.
    async fn prepare(&self, home: &Path, now: Timestamp) -> Result<()> {
        let file = |action| move |path: &Path, source| Error::File { action, path: path.to_owned(), source };
        let mut folder = std::fs::DirBuilder::new();
        folder.recursive(true).mode(0o700).create(home).map_err(|it| file("make")(home, it))?;
        let lock_path = self.path.with_extension("lock");
        let open = |path: &Path| std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path);
        let lock = open(&lock_path).map_err(|it| file("make")(&lock_path, it))?;
        let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await;
        let _lock =
            lock.map_err(std::io::Error::other).flatten().map_err(|it| file("lock")(&lock_path, it))?;
        // Made by hand first: SQLite would give it the mode of the process, and its side files take after it.
        open(&self.path).map_err(|it| file("make")(&self.path, it))?;
        if self.version().await? < migrations::LATEST {
            let prepared = async {
                sqlx::query("PRAGMA journal_mode = WAL").execute(&self.pool).await?;
                migrations::run(&self.pool).await
            };
            prepared.await.map_err(|source| self.failed(source))?;
        }
        bundled::add(self, now).await
    }

    /// Begins a change. Other changes wait from the start, so that what is read before writing stays true.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>> {
        self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|source| self.failed(source))
    }

    /// Ends a change: from here on it is on the disk.
    pub(super) async fn commit(&self, transaction: Transaction<'static, Sqlite>) -> Result<()> {
        transaction.commit().await.map_err(|source| self.failed(source))
    }

    /// Names the database in an error of its own.
    pub(super) fn failed(&self, source: sqlx::Error) -> Error {
        Error::Database { path: self.path.clone(), source }
    }
}

/// Connects when the first query comes.
pub(super) fn pool(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .synchronous(SqliteSynchronous::Full);
    SqlitePoolOptions::new().max_connections(4).connect_lazy_with(options)
}
