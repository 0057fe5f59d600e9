//! Why there are no credentials, and the way out of it.

/// A reason for having no usable credentials. Cheap to clone, since it travels through the SDK's own errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// None of the places that AWS's configuration names has credentials.
    #[error("there are no AWS credentials: {message}")]
    Missing {
        /// What the search came to.
        message: String,
    },
    /// The named profile is not in the configuration files, or cannot be used.
    #[error("the AWS profile `{name}` cannot be used: {message}")]
    Profile {
        /// The profile's name.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// Short-lived credentials have run out, and nothing says how to get new ones.
    #[error("the AWS credentials have expired: {message}")]
    Expired {
        /// Which ones, and since when.
        message: String,
    },
    /// The cached token of `aws sso login` is missing or has expired, or the portal refused it.
    #[error("the sign-in at `{start_url}` cannot be used: {message}")]
    Sso {
        /// The portal's address.
        start_url: String,
        /// What is wrong with the token.
        message: String,
    },
    /// The role cannot be assumed.
    #[error("the role `{role_arn}` cannot be assumed: {message}")]
    Role {
        /// The role's ARN.
        role_arn: String,
        /// AWS's words.
        message: String,
    },
    /// No code of the MFA device, or one that was not accepted.
    #[error("the MFA device `{serial}` did not let us in: {message}")]
    Mfa {
        /// The device's serial number or ARN.
        serial: String,
        /// What happened.
        message: String,
    },
    /// Not the name of a region.
    #[error("`{region}` is not the name of an AWS region")]
    Region {
        /// The name as given.
        region: String,
    },
    /// Anything else between here and the credentials.
    #[error("the AWS credentials cannot be had: {message}")]
    Other {
        /// What the SDK said, causes included.
        message: String,
    },
}

impl Problem {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { .. } => {
                "run `aws configure`, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give \
                                     the stack a service connector"
                    .to_owned()
            }
            Self::Profile { .. } => {
                "`aws configure list-profiles` shows the profiles there are; they are kept in \
                                     ~/.aws/config and ~/.aws/credentials"
                    .to_owned()
            }
            Self::Expired { .. } => {
                "get new credentials, by `aws sso login` or from where the old ones came".to_owned()
            }
            Self::Sso { start_url, .. } => {
                format!("sign in again: `aws sso login` with the profile or session of {start_url}")
            }
            Self::Role { role_arn, .. } => format!(
                "the caller needs `sts:AssumeRole` on the role, and the role's trust policy must name the caller: \
                 `aws iam get-role --role-name {}` shows it; an external id or an MFA code may be asked for as well",
                role_arn.rsplit('/').next().unwrap_or(role_arn)
            ),
            Self::Mfa { .. } => {
                "run the command at a terminal and type the code that the device shows; each code \
                                 works once"
                    .to_owned()
            }
            Self::Region { .. } => "regions look like `eu-west-1`".to_owned(),
            Self::Other { .. } => {
                "`aws sts get-caller-identity` shows whether AWS's own command can sign in".to_owned()
            }
        }
    }
}
