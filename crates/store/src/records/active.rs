//! The active stack: the one that commands mean when none is named.

use std::path::Path;

use super::database::{DATABASE, pool};
use super::{Error, LOCAL, Records, Result, migrations};

/// The active stack's name. It is asked before every run, so it only reads: where there are no records yet, nothing
/// is made and the stack of this machine is active.
pub async fn active_stack(home: &Path) -> Result<String> {
    let path = home.join(DATABASE);
    if !path.exists() {
        return Ok(LOCAL.to_owned());
    }
    let failed = |source| Error::Database { path: path.clone(), source };
    let pool = pool(&path);
    if migrations::version(&pool).await.map_err(failed)? > migrations::LATEST {
        return Err(Error::Newer { path });
    }
    let found = sqlx::query_scalar::<_, String>("SELECT stack FROM active_stack").fetch_optional(&pool).await;
    match found {
        Ok(name) => Ok(name.unwrap_or_else(|| LOCAL.to_owned())),
        // Another process is making the file at this moment.
        Err(sqlx::Error::Database(error)) if error.message().contains("no such table") => {
            Ok(LOCAL.to_owned())
        }
        Err(error) => Err(failed(error)),
    }
}

impl Records {
    /// The active stack's name.
    pub async fn active_stack(&self) -> Result<String> {
        let found = sqlx::query_scalar("SELECT stack FROM active_stack").fetch_one(&self.pool).await;
        found.map_err(|source| self.failed(source))
    }

    /// Makes a stack the active one.
    pub async fn set_active_stack(&self, name: &str) -> Result<()> {
        let mut change = self.begin().await?;
        self.require_stack(&mut change, name).await?;
        sqlx::query("UPDATE active_stack SET stack = $1")
            .bind(name)
            .execute(&mut *change)
            .await
            .map_err(|source| self.failed(source))?;
        self.commit(change).await
    }
}
