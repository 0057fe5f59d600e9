//! Least-privilege policies and trust documents, of the three roles there are: who submits (client), who works
//! (execution), who starts on schedule (scheduler).
//!
//! The statements are data: what is printed for an administrator is what the preflight asks AWS about.

mod client;
mod cloudformation;
mod execution;
mod json;
mod scheduler;
mod statement;
mod terraform;

#[cfg(test)]
mod tests;

pub use statement::Statement;

use serde_json::{Value, json};

/// Whose permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who runs the `sagewright` command.
    Client,
    /// What SageMaker and the jobs work as.
    Execution,
    /// What EventBridge Scheduler starts pipelines as.
    Scheduler,
}

impl Role {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Self; 3] = [Self::Client, Self::Execution, Self::Scheduler];

    /// The name in a command line and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Execution => "execution",
            Self::Scheduler => "scheduler",
        }
    }
}

/// The form that policies are printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Documents of IAM.
    Json,
    /// A template with roles.
    CloudFormation,
    /// Resources of the `aws` provider.
    Terraform,
}

/// The real names that the permissions are limited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The region that everything is in.
    pub region: String,
    /// The account's number.
    pub account_id: String,
    /// The SageMaker pipelines' names; may contain `*`.
    pub pipelines: String,
    /// The artifact store's bucket.
    pub bucket: String,
    /// The prefix below which the store lies, without slashes at its ends; may be empty.
    pub prefix: String,
    /// The execution role's ARN.
    pub execution_role: String,
    /// The scheduler role's ARN, where schedules are used.
    pub scheduler_role: Option<String>,
    /// The names of the image repositories.
    pub repositories: Vec<String>,
    /// ARNs of keys that data and volumes are encrypted with.
    pub kms_keys: Vec<String>,
    /// Whether jobs run in a VPC.
    pub vpc: bool,
}

impl Facts {
    fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition, self.region, self.account_id)
    }

    fn bucket_arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.partition, self.bucket)
    }

    fn objects_arn(&self) -> String {
        let prefix = if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix) };
        format!("{}/{prefix}*", self.bucket_arn())
    }

    /// The pipelines' ARN; SageMaker writes the name in lower case there.
    fn pipelines_arn(&self) -> String {
        self.arn("sagemaker", &format!("pipeline/{}", self.pipelines.to_lowercase()))
    }

    fn repository_arns(&self) -> Vec<String> {
        self.repositories.iter().map(|name| self.arn("ecr", &format!("repository/{name}"))).collect()
    }
}

/// What the role may do.
pub fn statements(role: Role, facts: &Facts) -> Vec<Statement> {
    match role {
        Role::Client => client::statements(facts),
        Role::Execution => execution::statements(facts),
        Role::Scheduler => scheduler::statements(facts),
    }
}

/// The policy document of a role.
pub fn policy(role: Role, facts: &Facts) -> Value {
    let statements: Vec<Value> = statements(role, facts).iter().map(Statement::to_json).collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// Who may assume a role.
pub fn trust(role: Role, facts: &Facts) -> Value {
    match role {
        Role::Client => client::trust(facts),
        Role::Execution => execution::trust(facts),
        Role::Scheduler => scheduler::trust(facts),
    }
}

/// The policies and trust documents of some roles, as text.
pub fn render(roles: &[Role], facts: &Facts, format: Format) -> String {
    match format {
        Format::Json => json::render(roles, facts),
        Format::CloudFormation => cloudformation::render(roles, facts),
        Format::Terraform => terraform::render(roles, facts),
    }
}
