//! From the records of components and connectors to the credentials that AWS is called with.

use async_trait::async_trait;
use sagewright_aws::authentication::Problem;
use sagewright_aws::{AskMfa, Authentication, Connection, Secret};
use sagewright_store::components::{Values, references};
use sagewright_store::records::{Records, Summary};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::catalog;
use crate::failure::{Failure, Result};

/// Who calls AWS, and where.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(super) authentication: Authentication,
    pub(super) region: Option<String>,
    pub(super) endpoint_url: Option<String>,
}

impl Source {
    /// The way that a service connector authenticates.
    pub(crate) fn connector(method: &str, values: &Values) -> Result<Self> {
        let authentication = match method {
            "secret-key" | "session-token" => keys(values)?.ok_or_else(|| missing("aws_access_key_id"))?,
            "profile" => Authentication::Profile { name: need(values, "aws_profile")? },
            "iam-role" => Authentication::IamRole {
                role_arn: need(values, "role_arn")?,
                external_id: text(values, "external_id"),
                mfa_serial: text(values, "mfa_serial"),
                session_name: text(values, "session_name"),
                duration_seconds: values
                    .configuration
                    .get("duration_seconds")
                    .and_then(Value::as_u64)
                    .and_then(|seconds| u32::try_from(seconds).ok()),
                source: Box::new(own(values)?),
            },
            "sso" => Authentication::Sso {
                start_url: need(values, "start_url")?,
                sso_region: need(values, "sso_region")?,
                account_id: need(values, "account_id")?,
                role_name: need(values, "role_name")?,
            },
            _ => Authentication::Implicit,
        };
        Ok(Self {
            authentication,
            region: text(values, "region"),
            endpoint_url: text(values, "endpoint_url"),
        })
    }

    /// The connection; `region` and `endpoint_url` are those of who uses it and win over its own.
    pub(crate) async fn connection(
        &self,
        region: Option<String>,
        endpoint_url: Option<String>,
    ) -> Result<Connection> {
        let region = match region.or_else(|| self.region.clone()) {
            Some(region) => region,
            None => configured_region(&self.authentication).await.ok_or_else(|| {
                Failure::input("no AWS region is configured")
                    .hint("set `--region` of the orchestrator or of the service connector, or AWS_REGION")
            })?,
        };
        Ok(Connection {
            endpoint_url: endpoint_url.or_else(|| self.endpoint_url.clone()),
            region,
            authentication: self.authentication.clone(),
        })
    }

    /// The same, as a role that it assumes.
    pub(super) fn assuming(self, role_arn: Option<String>) -> Self {
        let Some(role_arn) = role_arn else { return self };
        let authentication = Authentication::IamRole {
            role_arn,
            external_id: None,
            mfa_serial: None,
            session_name: None,
            duration_seconds: None,
            source: Box::new(self.authentication),
        };
        Self { authentication, ..self }
    }
}

/// The credentials among a component's own values: keys, a profile, or what the machine's configuration gives.
pub(super) fn own(values: &Values) -> Result<Authentication> {
    if let Some(keys) = keys(values)? {
        return Ok(keys);
    }
    Ok(match text(values, "aws_profile") {
        Some(name) => Authentication::Profile { name },
        None => Authentication::Implicit,
    })
}

/// Keys under the names that components, connectors and secrets use for them.
pub(super) fn keys(values: &Values) -> Result<Option<Authentication>> {
    let Some(access_key_id) = text(values, "aws_access_key_id").or_else(|| text(values, "key")) else {
        return Ok(None);
    };
    let secret_access_key = secret(values, "aws_secret_access_key")
        .or_else(|| secret(values, "secret"))
        .ok_or_else(|| missing("aws_secret_access_key"))?;
    let session_token = secret(values, "aws_session_token").or_else(|| secret(values, "token"));
    Ok(Some(match session_token {
        Some(session_token) => {
            Authentication::SessionToken { access_key_id, secret_access_key, session_token }
        }
        None => Authentication::SecretKey { access_key_id, secret_access_key },
    }))
}

/// The values of a component with its secrets decrypted and its references followed.
pub(crate) async fn values(records: &Records, component: &Summary) -> Result<Values> {
    let mut values = Values {
        configuration: component.configuration.clone(),
        secrets: records.component_secrets(component.kind, &component.name).await?,
    };
    for (name, value) in &component.configuration {
        let Some(template) = value.as_str() else { continue };
        let found = references(template);
        if found.is_empty() {
            continue;
        }
        let mut resolved = template.to_owned();
        for reference in found {
            resolved = resolved.replace(&reference.text, records.resolve(&reference).await?.expose_secret());
        }
        // Nothing that came from a secret goes back to where it could be shown.
        values.configuration.remove(name);
        let form = catalog::flavor(component.kind, &component.flavor)
            .ok()
            .and_then(|flavor| flavor.field(name))
            .map(|field| field.form);
        if form.is_some_and(|form| form.read(&resolved).is_err()) {
            let message =
                format!("what `{template}` stands for does not fit `{name}` of `{}`", component.name);
            return Err(Failure::input(message));
        }
        values.secrets.insert(name.clone(), resolved.into());
    }
    Ok(values)
}

/// A text value, wherever it is kept.
pub(super) fn text(values: &Values, name: &str) -> Option<String> {
    let shown = values.configuration.get(name).and_then(Value::as_str).map(str::to_owned);
    shown.or_else(|| values.secrets.get(name).map(|value| value.expose_secret().to_owned()))
}

fn secret(values: &Values, name: &str) -> Option<Secret> {
    text(values, name).map(Secret::from)
}

fn need(values: &Values, name: &str) -> Result<String> {
    text(values, name).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Failure {
    Failure::input(format!("`{name}` has no value"))
        .hint("set it with `update` of the component or service connector")
}

async fn configured_region(authentication: &Authentication) -> Option<String> {
    match authentication {
        Authentication::Profile { name } => Connection::configured_region(Some(name)).await,
        Authentication::IamRole { source, .. } => Box::pin(configured_region(source)).await,
        Authentication::Sso { sso_region, .. } => Some(sso_region.clone()),
        _ => Connection::configured_region(None).await,
    }
}

/// The person at the terminal, who has the MFA device.
pub(crate) struct Terminal;

#[async_trait]
impl AskMfa for Terminal {
    async fn code(&self, serial: &str) -> std::result::Result<String, Problem> {
        use std::io::IsTerminal as _;
        let failed = |message: &str| Problem::Mfa { serial: serial.to_owned(), message: message.to_owned() };
        if !std::io::stdin().is_terminal() {
            return Err(failed("a code is needed, and there is no terminal to ask at"));
        }
        let question = format!("code of MFA device {serial}");
        let asked = tokio::task::spawn_blocking(move || {
            crate::questions::ask_secret(crate::printer::Printer::new(), &question)
        });
        asked.await.ok().and_then(Result::ok).ok_or_else(|| failed("no code was given"))
    }
}
