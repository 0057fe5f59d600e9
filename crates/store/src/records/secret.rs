//! Secrets: named sets of encrypted values, which components refer to as `{{name.key}}`.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use sqlx::{Row as _, Sqlite, Transaction};
use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Records, Result, check_name, text};
use crate::components::{Kind, Reference, Values, references};

/// A secret as it can be shown: its keys, not its values.
#[derive(Clone, Debug, Serialize)]
pub struct SecretNames {
    /// Its name.
    pub name: String,
    /// The names of its values.
    pub keys: BTreeSet<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

type Change = Transaction<'static, Sqlite>;

/// What a secret is called in messages.
const SECRET: &str = "secret";
/// The field of artifact stores that names a secret without braces.
const AUTHENTICATION_SECRET: &str = "authentication_secret";

const SELECT: &str = "SELECT s.name, s.created_at, s.updated_at, v.field FROM secrets s
     LEFT JOIN secret_values v ON v.secret = s.name ORDER BY s.name, v.field";

impl Records {
    /// All secrets by name, without their values.
    pub async fn secrets(&self) -> Result<Vec<SecretNames>> {
        let rows = sqlx::query(SELECT).fetch_all(&self.pool).await.map_err(|it| self.failed(it))?;
        let mut found: Vec<SecretNames> = Vec::new();
        for row in &rows {
            let name: String = row.get("name");
            if found.last().is_none_or(|last| last.name != name) {
                found.push(SecretNames {
                    name,
                    keys: BTreeSet::new(),
                    created_at: row.get("created_at"),
                    updated_at: row.get("updated_at"),
                });
            }
            if let (Some(key), Some(last)) = (row.get::<Option<String>, _>("field"), found.last_mut()) {
                last.keys.insert(key);
            }
        }
        Ok(found)
    }

    /// One secret, without its values.
    pub async fn secret(&self, name: &str) -> Result<SecretNames> {
        let all = self.secrets().await?;
        let known = all.iter().map(|it| it.name.clone()).collect();
        let found = all.into_iter().find(|it| it.name == name);
        found.ok_or_else(|| Error::Unknown { what: SECRET, name: name.to_owned(), known })
    }

    /// The values of a secret.
    pub async fn secret_values(&self, name: &str) -> Result<BTreeMap<String, SecretString>> {
        self.secret(name).await?;
        let rows = sqlx::query("SELECT field, sealed FROM secret_values WHERE secret = $1")
            .bind(name)
            .fetch_all(&self.pool)
            .await
            .map_err(|it| self.failed(it))?;
        self.unseal(&rows, &format!("secret `{name}`"))
    }

    /// The value that a reference stands for.
    pub async fn resolve(&self, reference: &Reference) -> Result<SecretString> {
        let mut values = self.secret_values(&reference.secret).await?;
        values.remove(&reference.key).ok_or_else(|| missing_key(reference, values.into_keys()))
    }

    /// Makes a secret.
    pub async fn create_secret(
        &self,
        name: &str,
        values: &BTreeMap<String, SecretString>,
        now: Timestamp,
    ) -> Result<()> {
        check_name(SECRET, name)?;
        let mut change = self.begin().await?;
        if self.secret_names(&mut change).await?.iter().any(|it| it == name) {
            return Err(Error::Taken { what: SECRET, name: name.to_owned() });
        }
        sqlx::query("INSERT INTO secrets (name, created_at, updated_at) VALUES ($1, $2, $2)")
            .bind(name)
            .bind(text(now))
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.put_values(&mut change, name, values).await?;
        self.commit(change).await
    }

    /// Sets values of a secret and removes others.
    pub async fn update_secret(
        &self,
        name: &str,
        values: &BTreeMap<String, SecretString>,
        remove: &[String],
        now: Timestamp,
    ) -> Result<()> {
        let mut change = self.begin().await?;
        self.require_secret(&mut change, name).await?;
        let keys = self.keys(&mut change, name).await?;
        for key in remove {
            if !keys.contains(key) {
                return Err(Error::Unknown { what: "key", name: key.clone(), known: keys });
            }
            let users = self.users_of_secret(&mut change, name, Some(key)).await?;
            if !users.is_empty() {
                return Err(Error::InUse { what: "key", name: format!("{name}.{key}"), users });
            }
            sqlx::query("DELETE FROM secret_values WHERE secret = $1 AND field = $2")
                .bind(name)
                .bind(key)
                .execute(&mut *change)
                .await
                .map_err(|it| self.failed(it))?;
        }
        self.put_values(&mut change, name, values).await?;
        sqlx::query("UPDATE secrets SET updated_at = $2 WHERE name = $1")
            .bind(name)
            .bind(text(now))
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.commit(change).await
    }

    /// Deletes a secret that nothing refers to.
    pub async fn delete_secret(&self, name: &str) -> Result<()> {
        let mut change = self.begin().await?;
        self.require_secret(&mut change, name).await?;
        let users = self.users_of_secret(&mut change, name, None).await?;
        if !users.is_empty() {
            return Err(Error::InUse { what: SECRET, name: name.to_owned(), users });
        }
        sqlx::query("DELETE FROM secrets WHERE name = $1")
            .bind(name)
            .execute(&mut *change)
            .await
            .map_err(|it| self.failed(it))?;
        self.commit(change).await
    }

    async fn put_values(
        &self,
        change: &mut Change,
        name: &str,
        values: &BTreeMap<String, SecretString>,
    ) -> Result<()> {
        for (key, value) in values {
            check_name("key", key)?;
            sqlx::query(
                "INSERT INTO secret_values (secret, field, sealed) VALUES ($1, $2, $3)
                 ON CONFLICT (secret, field) DO UPDATE SET sealed = excluded.sealed",
            )
            .bind(name)
            .bind(key)
            .bind(self.vault.seal(key, value)?)
            .execute(&mut **change)
            .await
            .map_err(|it| self.failed(it))?;
        }
        Ok(())
    }

    async fn secret_names(&self, change: &mut Change) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT name FROM secrets ORDER BY name")
            .fetch_all(&mut **change)
            .await
            .map_err(|it| self.failed(it))
    }

    async fn keys(&self, change: &mut Change, name: &str) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT field FROM secret_values WHERE secret = $1 ORDER BY field")
            .bind(name)
            .fetch_all(&mut **change)
            .await
            .map_err(|it| self.failed(it))
    }

    async fn require_secret(&self, change: &mut Change, name: &str) -> Result<()> {
        let known = self.secret_names(change).await?;
        if known.iter().any(|it| it == name) {
            Ok(())
        } else {
            Err(Error::Unknown { what: SECRET, name: name.to_owned(), known })
        }
    }

    /// Fails unless everything that values refer to is there.
    pub(super) async fn require_references(&self, change: &mut Change, values: &Values) -> Result<()> {
        for (field, value) in &values.configuration {
            for reference in references_in(value) {
                self.require_secret(change, &reference.secret).await?;
                let keys = self.keys(change, &reference.secret).await?;
                if !keys.contains(&reference.key) {
                    return Err(missing_key(&reference, keys));
                }
            }
            if let (AUTHENTICATION_SECRET, Some(name)) = (field.as_str(), value.as_str()) {
                self.require_secret(change, name).await?;
            }
        }
        Ok(())
    }

    async fn users_of_secret(
        &self,
        change: &mut Change,
        name: &str,
        key: Option<&str>,
    ) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT kind, name, configuration FROM components ORDER BY kind, name")
            .fetch_all(&mut **change)
            .await
            .map_err(|it| self.failed(it))?;
        let refers = |configuration: &Value| {
            let named = configuration.get(AUTHENTICATION_SECRET).and_then(Value::as_str) == Some(name);
            named
                || references_in(configuration)
                    .iter()
                    .any(|it| it.secret == name && key.is_none_or(|key| it.key == key))
        };
        let users = rows.iter().filter_map(|row| {
            let configuration: Value = serde_json::from_str(row.get("configuration")).ok()?;
            let kind = Kind::parse(row.get("kind"))?;
            refers(&configuration).then(|| format!("{kind} `{}`", row.get::<&str, _>("name")))
        });
        Ok(users.collect())
    }
}

/// The references in all texts of a value.
fn references_in(value: &Value) -> Vec<Reference> {
    match value {
        Value::String(text) => references(text),
        Value::Array(items) => items.iter().flat_map(references_in).collect(),
        Value::Object(fields) => fields.values().flat_map(references_in).collect(),
        _ => Vec::new(),
    }
}

fn missing_key(reference: &Reference, known: impl IntoIterator<Item = String>) -> Error {
    let name = format!("{}.{}", reference.secret, reference.key);
    Error::Unknown { what: "key of a secret", name, known: known.into_iter().collect() }
}
