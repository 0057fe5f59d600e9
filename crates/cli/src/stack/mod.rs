//! A stack: where definitions are submitted, where artifacts go, and as whom.

pub(crate) mod credentials;
mod facts;
mod links;
mod remote;

use sagewright_aws::{Authentication, Client, NoMfa, Session};
use sagewright_local::Connection;
use sagewright_sagemaker::Target;
use sagewright_spec::{Pipeline, Settings};
use sagewright_store::Store;
use sagewright_store::components::Kind;
use sagewright_store::records::{self, Records};

use crate::failure::{Failure, Result};
use crate::home::Home;
use crate::local_endpoint::LocalEndpoint;
use crate::printer::Printer;
use crate::progress::Pace;

pub(crate) use facts::Facts;
pub(crate) use links::Links;
pub(crate) use records::LOCAL;

/// The bucket that the embedded endpoint has from its first start.
const LOCAL_STORE: &str = "s3://sagewright";

/// A stack that was chosen: everything about it that is known without asking AWS.
pub(crate) struct Chosen {
    name: String,
    place: Place,
}

enum Place {
    /// The embedded endpoint of this machine.
    Local,
    /// Amazon SageMaker, or what speaks its API.
    Remote(Box<remote::Remote>),
}

impl Chosen {
    /// Finds the named stack, the active one by default. The stack of this machine needs no records.
    pub(crate) async fn find(name: Option<&str>, home: &Home) -> Result<Self> {
        let name = match name {
            Some(name) => name.to_owned(),
            None => records::active_stack(home.path()).await?,
        };
        if name == LOCAL {
            return Ok(Self { name, place: Place::Local });
        }
        let records = Records::open(home.path(), jiff::Timestamp::now()).await?;
        let stack = records.stack(&name).await?;
        let orchestrator = stack.components.get(&Kind::Orchestrator);
        let orchestrator =
            orchestrator.ok_or_else(|| Failure::input(format!("stack `{name}` has no orchestrator")))?;
        let orchestrator = records.component(Kind::Orchestrator, orchestrator).await?;
        let place = if orchestrator.flavor == LOCAL {
            Place::Local
        } else {
            Place::Remote(Box::new(remote::Remote::read(&records, &stack, orchestrator).await?))
        };
        Ok(Self { name, place })
    }

    /// What a plan of `pipeline` starts from. Needs no endpoint, so that `plan` has no side effects.
    pub(crate) fn target(
        &self,
        pipeline: &Pipeline,
        command_path: Option<String>,
        code: Option<String>,
    ) -> Result<Target> {
        match &self.place {
            Place::Local => Ok(local_target(command_path, code)),
            Place::Remote(remote) => remote.target(pipeline, code),
        }
    }

    /// Whether commands wait for the end of a run of `pipeline`, where no flag says.
    pub(crate) fn is_synchronous(&self, pipeline: &Pipeline) -> bool {
        let of_stack = match &self.place {
            Place::Local => None,
            Place::Remote(remote) => remote.synchronous(),
        };
        pipeline.settings.synchronous.or(of_stack).unwrap_or(true)
    }

    /// Opens the stack. Starts the embedded endpoint where it is needed and no other process serves it.
    pub(crate) async fn open(self, home: &Home) -> Result<Stack> {
        let (session, store, endpoint, pace, at_amazon) = match &self.place {
            Place::Local => {
                let endpoint = LocalEndpoint::attach_or_start(home).await?;
                let session = local_connection(endpoint.connection()).open(&NoMfa).await?;
                let store = Store::open(LOCAL_STORE, &session.store_connection())?;
                (session, store, Some(endpoint), Pace::LOCAL, false)
            }
            Place::Remote(remote) => {
                let (session, store) = remote.open().await?;
                let at_amazon = remote.endpoint_url().is_none();
                let pace = if at_amazon { Pace::AMAZON } else { Pace::ELSEWHERE };
                (session, store, None, pace, at_amazon)
            }
        };
        Ok(Stack {
            name: self.name,
            client: Client::new(&session),
            session,
            store,
            pace,
            at_amazon,
            endpoint,
        })
    }
}

/// An open stack: its services can be called.
pub(crate) struct Stack {
    /// The stack's name.
    pub(crate) name: String,
    /// Who calls, and where.
    pub(crate) session: Session,
    /// The SageMaker API.
    pub(crate) client: Client,
    /// The artifact store.
    pub(crate) store: Store,
    /// How often it is looked at.
    pub(crate) pace: Pace,
    /// Whether it is Amazon's own SageMaker.
    at_amazon: bool,
    /// The embedded endpoint behind it; a remote stack has none.
    endpoint: Option<LocalEndpoint>,
}

impl Stack {
    /// Opens the named stack, the active one by default.
    pub(crate) async fn open(name: Option<&str>, home: &Home) -> Result<Self> {
        Chosen::find(name, home).await?.open(home).await
    }

    /// Whether its jobs run on this machine and end with it.
    pub(crate) fn is_local(&self) -> bool {
        self.endpoint.is_some()
    }

    /// The pages of the AWS console, where there are any.
    pub(crate) fn links(&self) -> Option<Links> {
        self.at_amazon.then(|| Links::new(self.session.region()))
    }

    /// Lets go of the endpoint; one that this process started goes on in the background while runs need it.
    pub(crate) async fn close(self, printer: Printer) -> Result<()> {
        match self.endpoint {
            Some(endpoint) => endpoint.close(printer).await,
            None => Ok(()),
        }
    }
}

fn local_target(command_path: Option<String>, code: Option<String>) -> Target {
    let (region, account_id) = (sagewright_local::REGION, sagewright_local::ACCOUNT_ID);
    Target {
        store_uri: LOCAL_STORE.to_owned(),
        code,
        image: format!("{account_id}.dkr.ecr.{region}.amazonaws.com/sagewright:local"),
        role_arn: format!("arn:aws:iam::{account_id}:role/sagewright"),
        command_path,
        defaults: Settings::default(),
        account_id: account_id.to_owned(),
        region: region.to_owned(),
        pipeline_name: None,
    }
}

fn local_connection(connection: &Connection) -> sagewright_aws::Connection {
    sagewright_aws::Connection {
        endpoint_url: Some(connection.endpoint_url.clone()),
        region: connection.region.clone(),
        authentication: Authentication::SecretKey {
            access_key_id: connection.access_key_id.clone(),
            secret_access_key: connection.secret_access_key.as_str().into(),
        },
    }
}
