//! Components and service connectors: registered, read, changed, connected, renamed, deleted.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, Transaction};
use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Records, Result, bundled, check_name, text};
use crate::components::{Kind, Values};

/// A component to be registered.
#[derive(Clone, Debug)]
pub struct Component {
    /// Its kind.
    pub kind: Kind,
    /// Its name, unique among its kind.
    pub name: String,
    /// Its flavor; of a service connector, the way to authenticate.
    pub flavor: String,
    /// Its configuration, secrets included.
    pub values: Values,
    /// The service connector it gets credentials from.
    pub connector: Option<String>,
    /// The one resource of the connector that it is about.
    pub resource_id: Option<String>,
}

/// A component as it can be shown: everything but the values of secrets.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its flavor.
    pub flavor: String,
    /// Its configuration.
    pub configuration: Map<String, Value>,
    /// The secret fields that have a value.
    pub secrets: BTreeSet<String>,
    /// The service connector it gets credentials from.
    pub connector: Option<String>,
    /// The one resource of the connector that it is about.
    pub resource_id: Option<String>,
    /// When it was registered.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

type Change = Transaction<'static, Sqlite>;

/// Components with the names of their secret fields, one row for each such field.
const SELECT: &str =
    "SELECT c.kind, c.name, c.flavor, c.configuration, c.connector, c.resource_id, c.created_at,
     c.updated_at, s.field, s.sealed FROM components c
     LEFT JOIN component_secrets s ON s.kind = c.kind AND s.name = c.name ORDER BY c.kind, c.name, s.field";

impl Records {
    /// All components of a kind by name.
    pub async fn components(&self, kind: Kind) -> Result<Vec<Summary>> {
        let mut all = self.all_components().await?;
        all.retain(|component| component.kind == kind);
        Ok(all)
    }

    /// Every component and connector.
    pub async fn all_components(&self) -> Result<Vec<Summary>> {
        let rows = sqlx::query(SELECT).fetch_all(&self.pool).await.map_err(|it| self.failed(it))?;
        summaries(&rows)
    }

    /// One component, without its secrets.
    pub async fn component(&self, kind: Kind, name: &str) -> Result<Summary> {
        pick(self.all_components().await?, kind, name)
    }

    /// The secrets of a component, by field.
    pub async fn component_secrets(&self, kind: Kind, name: &str) -> Result<BTreeMap<String, SecretString>> {
        let rows = sqlx::query("SELECT field, sealed FROM component_secrets WHERE kind = $1 AND name = $2")
            .bind(kind.as_str())
            .bind(name)
            .fetch_all(&self.pool)
            .await
            .map_err(|it| self.failed(it))?;
        self.unseal(&rows, &format!("{kind} `{name}`"))
    }

    /// Registers components, all of them or none.
    pub async fn register(&self, components: &[Component], now: Timestamp) -> Result<()> {
        let mut change = self.begin().await?;
        for component in components {
            self.insert(&mut change, component, now).await?;
        }
        self.commit(change).await
    }

    /// Changes the values of a component: `edit` gets the present ones. What it refuses changes nothing.
    pub async fn edit<E: From<Error>>(
        &self,
        kind: Kind,
        name: &str,
        now: Timestamp,
        edit: impl FnOnce(&Summary, &mut Values) -> Result<(), E>,
    ) -> Result<Summary, E> {
        let mut change = self.begin().await?;
        let rows = sqlx::query(SELECT).fetch_all(&mut *change).await.map_err(|it| self.failed(it))?;
        let mut found = pick(summaries(&rows)?, kind, name)?;
        if kind != Kind::ServiceConnector {
            bundled::refuse(kind.noun(), name)?;
        }
        let mine = |row: &&SqliteRow| {
            row.get::<&str, _>("kind") == kind.as_str()
                && row.get::<&str, _>("name") == name
                && row.get::<Option<&str>, _>("field").is_some()
        };
        let sealed: Vec<_> = rows.iter().filter(mine).collect();
        let secrets = self.unseal(sealed, &format!("{kind} `{name}`"))?;
        let mut values = Values { configuration: found.configuration.clone(), secrets };
        edit(&found, &mut values)?;
        self.require_references(&mut change, &values).await?;
        sqlx::query(
            "UPDATE components SET configuration = $3, updated_at = $4 WHERE kind = $1 AND name = $2",
        )
        .bind(kind.as_str())
        .bind(name)
        .bind(Value::Object(values.configuration.clone()).to_string())
        .bind(text(now))
        .execute(&mut *change)
        .await
        .map_err(|it| self.failed(it))?;
        sqlx::query("DELETE FROM component_secrets WHERE kind = $1 AND name = $2")
            .bind(kind.as_str())
            .bind(name)
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.insert_secrets(&mut change, kind, name, &values).await?;
        self.commit(change).await?;
        found.configuration = values.configuration;
        found.secrets = values.secrets.into_keys().collect();
        found.updated_at = text(now);
        Ok(found)
    }

    /// Connects a component to a service connector, or to none any more.
    pub async fn connect(
        &self,
        kind: Kind,
        name: &str,
        connector: Option<&str>,
        resource_id: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        bundled::refuse(kind.noun(), name)?;
        let mut change = self.begin().await?;
        self.require_component(&mut change, kind, name).await?;
        if let Some(connector) = connector {
            self.require_component(&mut change, Kind::ServiceConnector, connector).await?;
        }
        sqlx::query(
            "UPDATE components SET connector_kind = $3, connector = $4, resource_id = $5, updated_at = $6
             WHERE kind = $1 AND name = $2",
        )
        .bind(kind.as_str())
        .bind(name)
        .bind(connector.map(|_| Kind::ServiceConnector.as_str()))
        .bind(connector)
        .bind(resource_id)
        .bind(text(now))
        .execute(&mut *change)
        .await
        .map_err(|it| self.failed(it))?;
        self.commit(change).await
    }

    /// Gives a component another name; whoever uses it goes on using it.
    pub async fn rename(&self, kind: Kind, name: &str, new_name: &str, now: Timestamp) -> Result<()> {
        check_name(kind.noun(), new_name)?;
        if kind != Kind::ServiceConnector {
            bundled::refuse(kind.noun(), name)?;
        }
        let mut change = self.begin().await?;
        let names = self.require_component(&mut change, kind, name).await?;
        if names.iter().any(|taken| taken == new_name) {
            return Err(Error::Taken { what: kind.noun(), name: new_name.to_owned() });
        }
        sqlx::query("UPDATE components SET name = $3, updated_at = $4 WHERE kind = $1 AND name = $2")
            .bind(kind.as_str())
            .bind(name)
            .bind(new_name)
            .bind(text(now))
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.commit(change).await
    }

    /// Deletes a component that nothing uses.
    pub async fn delete(&self, kind: Kind, name: &str) -> Result<()> {
        if kind != Kind::ServiceConnector {
            bundled::refuse(kind.noun(), name)?;
        }
        let mut change = self.begin().await?;
        self.require_component(&mut change, kind, name).await?;
        let users = self.users(&mut change, kind, name).await?;
        if !users.is_empty() {
            return Err(Error::InUse { what: kind.noun(), name: name.to_owned(), users });
        }
        sqlx::query("DELETE FROM components WHERE kind = $1 AND name = $2")
            .bind(kind.as_str())
            .bind(name)
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.commit(change).await
    }

    /// Stacks and components that use a component.
    async fn users(&self, change: &mut Change, kind: Kind, name: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT 'stack' AS user_kind, stack AS user_name FROM stack_components
             WHERE kind = $1 AND component = $2
             UNION ALL SELECT kind, name FROM components WHERE connector_kind = $1 AND connector = $2
             ORDER BY 1, 2",
        )
        .bind(kind.as_str())
        .bind(name)
        .fetch_all(&mut **change)
        .await
        .map_err(|it| self.failed(it))?;
        Ok(rows.iter().map(|row| user(row.get("user_kind"), row.get("user_name"))).collect())
    }

    /// Adds a component within a change.
    pub(super) async fn insert(
        &self,
        change: &mut Change,
        component: &Component,
        now: Timestamp,
    ) -> Result<()> {
        let Component { kind, name, flavor, values, connector, resource_id } = component;
        check_name(kind.noun(), name)?;
        if self.names(change, *kind).await?.contains(name) {
            return Err(Error::Taken { what: kind.noun(), name: name.clone() });
        }
        if let Some(connector) = connector {
            self.require_component(change, Kind::ServiceConnector, connector).await?;
        }
        self.require_references(change, values).await?;
        sqlx::query(
            "INSERT INTO components
             (kind, name, flavor, configuration, connector_kind, connector, resource_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        )
        .bind(kind.as_str())
        .bind(name)
        .bind(flavor)
        .bind(Value::Object(values.configuration.clone()).to_string())
        .bind(connector.as_ref().map(|_| Kind::ServiceConnector.as_str()))
        .bind(connector)
        .bind(resource_id)
        .bind(text(now))
        .execute(&mut **change)
        .await
        .map_err(|it| self.failed(it))?;
        self.insert_secrets(change, *kind, name, values).await
    }

    async fn insert_secrets(
        &self,
        change: &mut Change,
        kind: Kind,
        name: &str,
        values: &Values,
    ) -> Result<()> {
        for (field, value) in &values.secrets {
            sqlx::query("INSERT INTO component_secrets (kind, name, field, sealed) VALUES ($1, $2, $3, $4)")
                .bind(kind.as_str())
                .bind(name)
                .bind(field)
                .bind(self.vault.seal(field, value)?)
                .execute(&mut **change)
                .await
                .map_err(|it| self.failed(it))?;
        }
        Ok(())
    }

    async fn names(&self, change: &mut Change, kind: Kind) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT name FROM components WHERE kind = $1 ORDER BY name")
            .bind(kind.as_str())
            .fetch_all(&mut **change)
            .await
            .map_err(|it| self.failed(it))
    }

    /// Fails unless there is such a component; gives the names of its kind.
    pub(super) async fn require_component(
        &self,
        change: &mut Change,
        kind: Kind,
        name: &str,
    ) -> Result<Vec<String>> {
        let known = self.names(change, kind).await?;
        if known.iter().any(|it| it == name) {
            Ok(known)
        } else {
            Err(Error::Unknown { what: kind.noun(), name: name.to_owned(), known })
        }
    }

    /// Decrypts the rows' `field` and `sealed`.
    pub(super) fn unseal<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a SqliteRow>,
        owner: &str,
    ) -> Result<BTreeMap<String, SecretString>> {
        rows.into_iter()
            .map(|row| {
                let field: String = row.get("field");
                let value = self.vault.open(&field, row.get("sealed"), owner)?;
                Ok((field, value))
            })
            .collect()
    }
}

fn pick(all: Vec<Summary>, kind: Kind, name: &str) -> Result<Summary> {
    let of_kind: Vec<_> = all.into_iter().filter(|it| it.kind == kind).collect();
    let known = of_kind.iter().map(|it| it.name.clone()).collect();
    of_kind.into_iter().find(|it| it.name == name).ok_or_else(|| Error::Unknown {
        what: kind.noun(),
        name: name.to_owned(),
        known,
    })
}

fn summaries(rows: &[SqliteRow]) -> Result<Vec<Summary>> {
    let mut found: Vec<Summary> = Vec::new();
    for row in rows {
        let name: String = row.get("name");
        let kind = Kind::parse(row.get("kind"))
            .ok_or_else(|| Error::Damaged { what: "component", name: name.clone() })?;
        if !found.last().is_some_and(|last| last.kind == kind && last.name == name) {
            found.push(Summary {
                kind,
                configuration: serde_json::from_str(row.get("configuration"))
                    .map_err(|_| Error::Damaged { what: kind.noun(), name: name.clone() })?,
                name,
                flavor: row.get("flavor"),
                secrets: BTreeSet::new(),
                connector: row.get("connector"),
                resource_id: row.get("resource_id"),
                created_at: row.get("created_at"),
                updated_at: row.get("updated_at"),
            });
        }
        if let (Some(field), Some(last)) = (row.get::<Option<String>, _>("field"), found.last_mut()) {
            last.secrets.insert(field);
        }
    }
    Ok(found)
}

fn user(kind: &str, name: &str) -> String {
    match Kind::parse(kind) {
        Some(kind) => format!("{kind} `{name}`"),
        None => format!("{kind} `{name}`"),
    }
}
