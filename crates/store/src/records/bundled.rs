//! What is there from the first start: a stack on this machine, which stays as it is.

use jiff::Timestamp;

use super::{Error, Records, Result, text};
use crate::components::Kind;

/// The name of the stack of this machine and of its components.
pub const LOCAL: &str = "local";

/// The parts of the ready stack.
const PARTS: [Kind; 3] = [Kind::Orchestrator, Kind::ArtifactStore, Kind::ImageBuilder];

/// Refuses to change what is always there.
pub(super) fn refuse(what: &'static str, name: &str) -> Result<()> {
    if name == LOCAL { Err(Error::Bundled { what, name: name.to_owned() }) } else { Ok(()) }
}

/// Adds the ready parts where they are not there yet.
pub(super) async fn add(records: &Records, now: Timestamp) -> Result<()> {
    let mut change = records.begin().await?;
    let added = async {
        for kind in PARTS {
            sqlx::query(
                "INSERT INTO components (kind, name, flavor, configuration, created_at, updated_at)
                 VALUES ($1, $2, $2, '{}', $3, $3) ON CONFLICT (kind, name) DO NOTHING",
            )
            .bind(kind.as_str())
            .bind(LOCAL)
            .bind(text(now))
            .execute(&mut *change)
            .await?;
        }
        sqlx::query(
            "INSERT INTO stacks (name, created_at, updated_at) VALUES ($1, $2, $2) ON CONFLICT (name) DO NOTHING",
        )
        .bind(LOCAL)
        .bind(text(now))
        .execute(&mut *change)
        .await?;
        for kind in PARTS {
            sqlx::query(
                "INSERT INTO stack_components (stack, kind, component) VALUES ($1, $2, $1)
                 ON CONFLICT (stack, kind) DO NOTHING",
            )
            .bind(LOCAL)
            .bind(kind.as_str())
            .execute(&mut *change)
            .await?;
        }
        sqlx::query("INSERT INTO active_stack (slot, stack) VALUES (1, $1) ON CONFLICT (slot) DO NOTHING")
            .bind(LOCAL)
            .execute(&mut *change)
            .await
    };
    added.await.map_err(|source| records.failed(source))?;
    records.commit(change).await
}
