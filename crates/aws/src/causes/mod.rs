//! Why it failed: AWS's reason and the end of the log, turned into a sentence, the missing permission or quota by name,
//! and the command that fixes it.
//!
//! One file holds one cause; [`RULES`] is the order in which they are asked. The texts are those of recorded failures;
//! a reason that no rule knows is shown as AWS gave it.

mod authorization;
mod capacity;
mod disk_full;
mod evidence;
mod image_pull;
mod import_error;
mod kms;
mod out_of_memory;
mod permission;
mod quota;
mod s3_access;
mod service_error;
mod start;
mod stopped;
mod throttling;
mod timeout;
mod trust;
mod user_exception;
mod vpc;

#[cfg(test)]
mod tests;

pub use evidence::Evidence;

use serde::Serialize;

/// Names of the causes, stable: programs read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Kind {
    /// The account's quota for the instance type, or for something else, is used up.
    Quota,
    /// AWS has no such instances left at the moment.
    Capacity,
    /// The image cannot be pulled.
    ImagePull,
    /// The job's process could not be started in the image.
    Start,
    /// An object or a bucket cannot be read or written.
    S3Access,
    /// A role may not be passed on.
    PassRole,
    /// The role does not let SageMaker assume it.
    Trust,
    /// Another permission is missing.
    Permission,
    /// A key cannot be used.
    Kms,
    /// A subnet or security group cannot be used.
    Vpc,
    /// Memory ran out.
    OutOfMemory,
    /// The volume is full.
    DiskFull,
    /// A module is not in the image or the code.
    ImportError,
    /// The user's code raised an exception or ended with an error.
    UserException,
    /// The time that was allowed ran out.
    Timeout,
    /// Somebody stopped it.
    Stopped,
    /// AWS was asked too often.
    Throttling,
    /// AWS's own fault.
    ServiceError,
}

/// A cause, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Which cause it is.
    pub kind: Kind,
    /// What happened, in one sentence.
    pub sentence: String,
    /// The permission (`iam:PassRole`) or quota (`ml.p3.2xlarge for training job usage`) that is missing, by name.
    pub missing: Option<String>,
    /// What to do about it, in words.
    pub hint: Option<String>,
    /// The command that fixes it, or that begins to.
    pub fix: Option<String>,
}

impl Explanation {
    fn new(kind: Kind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into(), missing: None, hint: None, fix: None }
    }

    fn missing(mut self, name: impl Into<String>) -> Self {
        self.missing = Some(name.into());
        self
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn fix(mut self, command: impl Into<String>) -> Self {
        self.fix = Some(command.into());
        self
    }
}

type Rule = fn(&Evidence<'_>) -> Option<Explanation>;

/// The platform's refusals come first, because their texts are exact; what the log says comes after them, and the
/// catch-all for the user's code last.
const RULES: [Rule; 17] = [
    stopped::rule,
    timeout::rule,
    quota::rule,
    trust::rule,
    kms::rule,
    vpc::rule,
    image_pull::rule,
    s3_access::rule,
    permission::rule,
    capacity::rule,
    throttling::rule,
    start::rule,
    out_of_memory::rule,
    disk_full::rule,
    import_error::rule,
    service_error::rule,
    user_exception::rule,
];

/// The first cause that fits.
pub fn explain(evidence: &Evidence<'_>) -> Option<Explanation> {
    RULES.iter().find_map(|rule| rule(evidence))
}
