//! A stack on Amazon SageMaker, read from the records: credentials, store, and defaults.

use sagewright_aws::{Connection, Session};
use sagewright_sagemaker::Target;
use sagewright_spec::{Pipeline, Settings};
use sagewright_store::Store;
use sagewright_store::components::{Kind, Values};
use sagewright_store::records::{Records, Stack, Summary};
use serde_json::Value;

use super::Facts;
use super::credentials::{self, Source, text};
use crate::catalog;
use crate::failure::{Failure, Result};

/// A stack whose orchestrator is SageMaker, as far as it is known without asking AWS.
pub(crate) struct Remote {
    /// The orchestrator's record.
    orchestrator: Summary,
    /// Where SageMaker is, and who calls it.
    connection: Connection,
    /// Where the artifact store is, and who calls it, where that is not the same.
    store_connection: Option<Connection>,
    /// The artifact store's address.
    store_uri: String,
    /// The orchestrator's defaults.
    defaults: Settings,
}

impl Remote {
    /// Reads what the stack is made of, with its secrets.
    pub(super) async fn read(records: &Records, stack: &Stack, orchestrator: Summary) -> Result<Self> {
        let own = credentials::values(records, &orchestrator).await?;
        let source = source(records, &orchestrator, &own).await?;
        let connection = source.connection(text(&own, "region"), text(&own, "endpoint_url")).await?;
        let store = stack
            .components
            .get(&Kind::ArtifactStore)
            .ok_or_else(|| Failure::input(format!("stack `{}` has no artifact store", stack.name)))?;
        let store = records.component(Kind::ArtifactStore, store).await?;
        let values = credentials::values(records, &store).await?;
        let store_uri = text(&values, "path").ok_or_else(|| {
            Failure::input(format!(
                "artifact store `{}` is none that jobs on SageMaker can reach",
                store.name
            ))
            .hint(format!("`sagewright stack update {} -a NAME` names one on S3", stack.name))
        })?;
        Ok(Self {
            store_connection: store_connection(records, &store, &values, &connection).await?,
            store_uri: store_uri.trim_end_matches('/').to_owned(),
            defaults: catalog::default_settings(&orchestrator.configuration),
            orchestrator,
            connection,
        })
    }

    /// Opens the session and the store.
    pub(super) async fn open(&self) -> Result<(Session, Store)> {
        let session = self.connection.open(&credentials::Terminal).await?;
        let store = match &self.store_connection {
            Some(connection) => connection.open(&credentials::Terminal).await?.store_connection(),
            None => session.store_connection(),
        };
        Ok((session, Store::open(&self.store_uri, &store)?))
    }

    /// What a plan for the stack starts from; fails where something is missing that jobs cannot be without.
    pub(super) fn target(&self, pipeline: &Pipeline, code: Option<String>) -> Result<Target> {
        let settings = self.defaults.merge(&pipeline.settings);
        let update = |flag: &str| {
            format!("`sagewright orchestrator update {} --{flag}` sets one", self.orchestrator.name)
        };
        let role_arn = settings.execution_role.clone().ok_or_else(|| {
            Failure::input(format!("orchestrator `{}` has no execution role", self.orchestrator.name))
                .hint(update("execution_role=ARN"))
        })?;
        let mut images = pipeline.steps.iter().map(|step| (step, settings.merge(&step.settings).image_uri));
        if let Some((step, _)) = images.clone().find(|(_, image)| image.is_none()) {
            return Err(Failure::input(format!("no container image is named for step `{}`", step.name))
                .hint(format!(
                    "{}, the setting `image_uri` names one for a pipeline or step",
                    update("image_uri=IMAGE")
                )));
        }
        Ok(Target {
            store_uri: self.store_uri.clone(),
            code,
            // Every step has an image of its own by now; this one only stands in.
            image: images.next().and_then(|(_, image)| image).unwrap_or_default(),
            account_id: role_arn.split(':').nth(4).unwrap_or_default().to_owned(),
            role_arn,
            command_path: None,
            defaults: self.defaults.clone(),
            region: self.connection.region.clone(),
            pipeline_name: None,
        })
    }

    /// What is known of the stack, for those who look at it before a run.
    pub(super) fn facts(&self) -> Facts {
        let scheduler_role = self.orchestrator.configuration.get("scheduler_role");
        Facts {
            execution_role: self.defaults.execution_role.clone(),
            scheduler_role: scheduler_role.and_then(Value::as_str).map(str::to_owned),
            store_uri: self.store_uri.clone(),
            region: self.connection.region.clone(),
            defaults: self.defaults.clone(),
            embedded: false,
        }
    }

    /// The address of the API where it is not Amazon's own.
    pub(super) fn endpoint_url(&self) -> Option<&str> {
        self.connection.endpoint_url.as_deref()
    }

    /// Whether commands wait for the end of a run where neither flag nor settings say.
    pub(super) fn synchronous(&self) -> Option<bool> {
        self.orchestrator.configuration.get("synchronous").and_then(Value::as_bool)
    }
}

/// Whom a component calls AWS as: its connector, its own keys or profile, or the machine's configuration.
async fn source(records: &Records, component: &Summary, own: &Values) -> Result<Source> {
    let source = match &component.connector {
        Some(name) => connector(records, name).await?,
        None => Source { authentication: credentials::own(own)?, region: None, endpoint_url: None },
    };
    Ok(source.assuming(text(own, "aws_auth_role_arn")))
}

async fn connector(records: &Records, name: &str) -> Result<Source> {
    let connector = records.component(Kind::ServiceConnector, name).await?;
    let values = credentials::values(records, &connector).await?;
    Source::connector(&connector.flavor, &values)
}

/// The store's own connection, where it has anything of its own; the orchestrator's otherwise.
async fn store_connection(
    records: &Records,
    store: &Summary,
    values: &Values,
    orchestrator: &Connection,
) -> Result<Option<Connection>> {
    let of_client = |name: &str| {
        let value = values.configuration.get("client_kwargs").and_then(|it| it.get(name));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    let endpoint_url = text(values, "endpoint_url").or_else(|| of_client("endpoint_url"));
    let region = text(values, "region").or_else(|| of_client("region_name"));
    if let Some(name) = &store.connector {
        let source = connector(records, name).await?;
        let region = region.or_else(|| source.region.clone()).unwrap_or_else(|| orchestrator.region.clone());
        return Ok(Some(source.connection(Some(region), endpoint_url).await?));
    }
    let keys = match text(values, "authentication_secret") {
        Some(name) => {
            let secrets = records.secret_values(&name).await?;
            credentials::keys(&Values { secrets, ..Values::default() })?
        }
        None => credentials::keys(values)?,
    };
    if keys.is_none() && endpoint_url.is_none() && region.is_none() {
        return Ok(None);
    }
    Ok(Some(Connection {
        endpoint_url: endpoint_url.or_else(|| orchestrator.endpoint_url.clone()),
        region: region.unwrap_or_else(|| orchestrator.region.clone()),
        authentication: keys.unwrap_or_else(|| orchestrator.authentication.clone()),
    }))
}
