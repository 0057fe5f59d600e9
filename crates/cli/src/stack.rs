//! A stack: where definitions are submitted, where artifacts go, and as whom.

use sagewright_aws::{Authentication, Client, NoMfa};
use sagewright_local::Connection;
use sagewright_sagemaker::Target;
use sagewright_spec::Settings;
use sagewright_store::Store;

use crate::failure::{Failure, Result};
use crate::home::Home;
use crate::local_endpoint::LocalEndpoint;
use crate::printer::Printer;

/// The name of the stack that is always there.
pub(crate) const LOCAL: &str = "local";

/// The bucket that the embedded endpoint has from its first start.
const LOCAL_STORE: &str = "s3://sagewright";

/// An open stack: its services can be called.
pub(crate) struct Stack {
    /// The stack's name.
    pub(crate) name: String,
    /// The SageMaker API.
    pub(crate) client: Client,
    /// The artifact store.
    pub(crate) store: Store,
    /// The embedded endpoint behind it.
    endpoint: LocalEndpoint,
}

impl Stack {
    /// Opens the named stack, the active one by default. Starts the embedded endpoint where no other process serves it.
    pub(crate) async fn open(name: Option<&str>, home: &Home) -> Result<Self> {
        check_name(name)?;
        let endpoint = LocalEndpoint::attach_or_start(home).await?;
        let session = aws_connection(endpoint.connection()).open(&NoMfa).await?;
        Ok(Self {
            name: LOCAL.to_owned(),
            client: Client::new(&session),
            store: Store::open(LOCAL_STORE, &session.store_connection())?,
            endpoint,
        })
    }

    /// Lets go of the endpoint; one that this process started goes on in the background while runs need it.
    pub(crate) async fn close(self, printer: Printer) -> Result<()> {
        self.endpoint.close(printer).await
    }
}

/// What a plan for the stack starts from. Needs no endpoint, so that `plan` has no side effects.
pub(crate) fn target(
    name: Option<&str>,
    command_path: Option<String>,
    code: Option<String>,
) -> Result<Target> {
    check_name(name)?;
    let (region, account_id) = (sagewright_local::REGION, sagewright_local::ACCOUNT_ID);
    Ok(Target {
        store_uri: LOCAL_STORE.to_owned(),
        code,
        image: format!("{account_id}.dkr.ecr.{region}.amazonaws.com/sagewright:local"),
        role_arn: format!("arn:aws:iam::{account_id}:role/sagewright"),
        command_path,
        defaults: Settings::default(),
        account_id: account_id.to_owned(),
        region: region.to_owned(),
        pipeline_name: None,
    })
}

fn check_name(name: Option<&str>) -> Result<()> {
    match name {
        None | Some(LOCAL) => Ok(()),
        Some(other) => {
            Err(Failure::input(format!("there is no stack `{other}`"))
                .hint(format!("the stacks are: {LOCAL}")))
        }
    }
}

fn aws_connection(connection: &Connection) -> sagewright_aws::Connection {
    sagewright_aws::Connection {
        endpoint_url: Some(connection.endpoint_url.clone()),
        region: connection.region.clone(),
        authentication: Authentication::SecretKey {
            access_key_id: connection.access_key_id.clone(),
            secret_access_key: connection.secret_access_key.as_str().into(),
        },
    }
}
