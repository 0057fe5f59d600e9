//! `sagewright aws`: what an administrator of the AWS account needs.

use sagewright_aws::policy::{self, Facts, Format, Role};
use sagewright_aws::preflight::Repository;
use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::home::Home;
use crate::printer::Printer;
use crate::stack::{self, Chosen};

/// What can be asked for.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Print the least permissions that Sagewright works with, and who may assume the roles
    Policy(Args),
}

/// What to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack whose role, bucket and images the permissions are limited to; the active one by default
    #[arg(long, value_name = "STACK")]
    stack: Option<String>,
    /// Only this role; all three by default
    #[arg(long, value_name = "ROLE")]
    role: Option<Wanted>,
    /// The form to print
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    format: Form,
}

/// A role, as it is typed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Wanted {
    /// Who runs the command
    Client,
    /// What SageMaker and the jobs work as
    Execution,
    /// What EventBridge Scheduler starts pipelines as
    Scheduler,
}

/// A form, as it is typed.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Form {
    /// The documents of IAM
    Json,
    /// A template, in YAML
    #[value(name = "cloudformation")]
    CloudFormation,
    /// Resources of the `aws` provider
    Terraform,
}

pub(crate) async fn run(command: Command, printer: Printer) -> Result<ExitCode> {
    let Command::Policy(args) = command;
    let chosen = Chosen::find(args.stack.as_deref(), &Home::find()?).await?;
    let facts = facts(&chosen.facts())?;
    let roles = match args.role {
        Some(Wanted::Client) => vec![Role::Client],
        Some(Wanted::Execution) => vec![Role::Execution],
        Some(Wanted::Scheduler) => vec![Role::Scheduler],
        None => Role::ALL.to_vec(),
    };
    let format = match args.format {
        Form::Json => Format::Json,
        Form::CloudFormation => Format::CloudFormation,
        Form::Terraform => Format::Terraform,
    };
    printer.data(policy::render(&roles, &facts, format));
    Ok(ExitCode::SUCCESS)
}

fn facts(stack: &stack::Facts) -> Result<Facts> {
    let role = stack.execution_role.clone().ok_or_else(|| {
        Failure::input("the stack's orchestrator has no execution role").hint(
            "`sagewright orchestrator update NAME --execution_role=ARN` sets one; it need not exist yet",
        )
    })?;
    let location = stack.store_uri.strip_prefix("s3://").unwrap_or_default();
    let (bucket, prefix) = location.split_once('/').unwrap_or((location, ""));
    let part = |index: usize| role.split(':').nth(index).unwrap_or_default().to_owned();
    let keys = [&stack.defaults.volume_kms_key, &stack.defaults.output_kms_key];
    Ok(Facts {
        partition: part(1),
        account_id: part(4),
        region: stack.region.clone(),
        pipelines: "*".to_owned(),
        bucket: bucket.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        execution_role: role,
        scheduler_role: stack.scheduler_role.clone(),
        repositories: stack
            .defaults
            .image_uri
            .as_deref()
            .and_then(Repository::of_image)
            .into_iter()
            .map(|repository| repository.name)
            .collect(),
        kms_keys: keys.into_iter().flatten().filter(|key| key.starts_with("arn:")).cloned().collect(),
        vpc: stack.vpc(),
    })
}
