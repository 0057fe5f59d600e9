//! Stacks: named sets of components.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::{Row as _, Sqlite, Transaction};
use std::collections::BTreeMap;

use super::{Component, Error, Records, Result, bundled, check_name, text};
use crate::components::Kind;

/// A named set of components.
#[derive(Clone, Debug, Serialize)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// The name of its component of each kind that it has.
    pub components: BTreeMap<Kind, String>,
    /// When it was registered.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

type Change = Transaction<'static, Sqlite>;

/// What a stack is called in messages.
const STACK: &str = "stack";

const SELECT: &str = "SELECT s.name, s.created_at, s.updated_at, c.kind, c.component FROM stacks s
     LEFT JOIN stack_components c ON c.stack = s.name ORDER BY s.name";

impl Records {
    /// All stacks by name.
    pub async fn stacks(&self) -> Result<Vec<Stack>> {
        let rows = sqlx::query(SELECT).fetch_all(&self.pool).await.map_err(|it| self.failed(it))?;
        let mut found: Vec<Stack> = Vec::new();
        for row in &rows {
            let name: String = row.get("name");
            if found.last().is_none_or(|last| last.name != name) {
                found.push(Stack {
                    name,
                    components: BTreeMap::new(),
                    created_at: row.get("created_at"),
                    updated_at: row.get("updated_at"),
                });
            }
            let kind = row.get::<Option<&str>, _>("kind").and_then(Kind::parse);
            if let (Some(kind), Some(last)) = (kind, found.last_mut()) {
                last.components.insert(kind, row.get("component"));
            }
        }
        Ok(found)
    }

    /// One stack.
    pub async fn stack(&self, name: &str) -> Result<Stack> {
        let all = self.stacks().await?;
        let known = all.iter().map(|it| it.name.clone()).collect();
        let found = all.into_iter().find(|it| it.name == name);
        found.ok_or_else(|| Error::Unknown { what: STACK, name: name.to_owned(), known })
    }

    /// Registers a stack, with the components that come with it; makes it the active one if that is wished. All of it
    /// or nothing.
    pub async fn register_stack(
        &self,
        name: &str,
        components: &BTreeMap<Kind, String>,
        new: &[Component],
        activate: bool,
        now: Timestamp,
    ) -> Result<()> {
        check_name(STACK, name)?;
        let mut change = self.begin().await?;
        if self.stack_names(&mut change).await?.iter().any(|it| it == name) {
            return Err(Error::Taken { what: STACK, name: name.to_owned() });
        }
        for component in new {
            self.insert(&mut change, component, now).await?;
        }
        sqlx::query("INSERT INTO stacks (name, created_at, updated_at) VALUES ($1, $2, $2)")
            .bind(name)
            .bind(text(now))
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.put_parts(&mut change, name, components).await?;
        if activate {
            self.activate(&mut change, name).await?;
        }
        self.commit(change).await
    }

    /// Replaces components of a stack; nothing in the place of one removes it.
    pub async fn update_stack(
        &self,
        name: &str,
        changes: &BTreeMap<Kind, Option<String>>,
        now: Timestamp,
    ) -> Result<()> {
        bundled::refuse(STACK, name)?;
        let mut components = self.stack(name).await?.components;
        for (kind, component) in changes {
            match component {
                Some(component) => components.insert(*kind, component.clone()),
                None => components.remove(kind),
            };
        }
        let mut change = self.begin().await?;
        self.require_stack(&mut change, name).await?;
        for kind in changes.keys() {
            sqlx::query("DELETE FROM stack_components WHERE stack = $1 AND kind = $2")
                .bind(name)
                .bind(kind.as_str())
                .execute(&mut *change)
                .await
                .map_err(|it| self.failed(it))?;
        }
        components.retain(|kind, _| changes.contains_key(kind) || kind.is_necessary());
        self.put_parts(&mut change, name, &components).await?;
        sqlx::query("UPDATE stacks SET updated_at = $2 WHERE name = $1")
            .bind(name)
            .bind(text(now))
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.commit(change).await
    }

    /// Registers a stack with the components of another one.
    pub async fn copy_stack(&self, name: &str, new_name: &str, now: Timestamp) -> Result<()> {
        let components = self.stack(name).await?.components;
        self.register_stack(new_name, &components, &[], false, now).await
    }

    /// Gives a stack another name; if it was active it stays so.
    pub async fn rename_stack(&self, name: &str, new_name: &str, now: Timestamp) -> Result<()> {
        bundled::refuse(STACK, name)?;
        check_name(STACK, new_name)?;
        let mut change = self.begin().await?;
        let names = self.require_stack(&mut change, name).await?;
        if names.iter().any(|it| it == new_name) {
            return Err(Error::Taken { what: STACK, name: new_name.to_owned() });
        }
        sqlx::query("UPDATE stacks SET name = $2, updated_at = $3 WHERE name = $1")
            .bind(name)
            .bind(new_name)
            .bind(text(now))
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.commit(change).await
    }

    /// Deletes a stack that is not the active one, and with it, if that is wished, the components that only it uses.
    /// Gives the components that went.
    pub async fn delete_stack(&self, name: &str, recursive: bool) -> Result<Vec<(Kind, String)>> {
        bundled::refuse(STACK, name)?;
        let parts = self.stack(name).await?.components;
        let mut change = self.begin().await?;
        self.require_stack(&mut change, name).await?;
        let active: String = sqlx::query_scalar("SELECT stack FROM active_stack")
            .fetch_one(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        if active == name {
            let users = vec!["this home as its active stack (`sagewright stack set` changes it)".to_owned()];
            return Err(Error::InUse { what: STACK, name: name.to_owned(), users });
        }
        sqlx::query("DELETE FROM stacks WHERE name = $1")
            .bind(name)
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        let mut gone = Vec::new();
        for (kind, component) in parts.into_iter().filter(|(_, name)| recursive && name != bundled::LOCAL) {
            let deleted = sqlx::query(
                "DELETE FROM components WHERE kind = $1 AND name = $2 AND NOT EXISTS
                 (SELECT 1 FROM stack_components p WHERE p.kind = $1 AND p.component = $2)",
            )
            .bind(kind.as_str())
            .bind(&component)
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
            if deleted.rows_affected() > 0 {
                gone.push((kind, component));
            }
        }
        self.commit(change).await?;
        Ok(gone)
    }

    async fn put_parts(
        &self,
        change: &mut Change,
        stack: &str,
        components: &BTreeMap<Kind, String>,
    ) -> Result<()> {
        let mut necessary = Kind::OF_STACKS.into_iter().filter(|kind| kind.is_necessary());
        if let Some(kind) = necessary.find(|kind| !components.contains_key(kind)) {
            return Err(Error::Incomplete { what: kind.noun() });
        }
        for (kind, component) in components {
            self.require_component(change, *kind, component).await?;
            sqlx::query(
                "INSERT INTO stack_components (stack, kind, component) VALUES ($1, $2, $3)
                 ON CONFLICT (stack, kind) DO UPDATE SET component = excluded.component",
            )
            .bind(stack)
            .bind(kind.as_str())
            .bind(component)
            .execute(&mut **change)
            .await
            .map_err(|it| self.failed(it))?;
        }
        Ok(())
    }

    async fn activate(&self, change: &mut Change, name: &str) -> Result<()> {
        let done = sqlx::query("UPDATE active_stack SET stack = $1").bind(name).execute(&mut **change).await;
        done.map(drop).map_err(|it| self.failed(it))
    }

    async fn stack_names(&self, change: &mut Change) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT name FROM stacks ORDER BY name")
            .fetch_all(&mut **change)
            .await
            .map_err(|it| self.failed(it))
    }

    /// Fails unless there is such a stack; gives the names of all.
    pub(super) async fn require_stack(&self, change: &mut Change, name: &str) -> Result<Vec<String>> {
        let known = self.stack_names(change).await?;
        if known.iter().any(|it| it == name) {
            Ok(known)
        } else {
            Err(Error::Unknown { what: STACK, name: name.to_owned(), known })
        }
    }
}
