//! The versions of the database's shape. A migration that was released is never changed.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlStr, SqlitePool};

/// Number and text of each migration, in order.
const MIGRATIONS: [(i64, &str, &str); 1] = [(1, "stacks", include_str!("migrations/0001_stacks.sql"))];

/// The version that this program works with.
pub(super) const LATEST: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// The version of a database; 0 for one that has nothing yet.
pub(super) async fn version(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    let found =
        sqlx::query_scalar::<_, Option<i64>>("SELECT max(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(pool)
            .await;
    match found {
        Ok(version) => Ok(version.unwrap_or(0)),
        Err(sqlx::Error::Database(error)) if error.message().contains("no such table") => Ok(0),
        Err(error) => Err(error),
    }
}

/// Brings the database to the latest version. The caller sees to it that no other process does the same.
pub(super) async fn run(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let migrations = MIGRATIONS.map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, SqlStr::from_static(sql), false)
    });
    let outcome = Migrator::with_migrations(migrations.into()).run(pool).await;
    outcome.map_err(|error| sqlx::Error::Migrate(Box::new(error)))
}
