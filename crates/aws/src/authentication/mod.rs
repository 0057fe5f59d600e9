//! As whom AWS is called: the ways to say it, and how they become credentials that refresh themselves.

mod cached;
mod mfa;
mod problem;
mod provider;
mod role;
mod secret;

pub use mfa::{AskMfa, NoMfa};
pub use problem::Problem;
pub use secret::Secret;

pub(crate) use cached::{Cached, find, sentence};
pub(crate) use provider::provider;

/// A way to prove who is calling. Values with secrets show none of them in `Debug`.
#[derive(Debug, Clone)]
pub enum Authentication {
    /// Whatever AWS's own configuration says: environment variables, the default profile, the container's or the
    /// machine's role.
    Implicit,
    /// A named profile of AWS's configuration files, with all it may say: keys, a role, SSO, a process.
    Profile {
        /// The profile's name.
        name: String,
    },
    /// The long-lived keys of a user.
    SecretKey {
        /// The public half.
        access_key_id: String,
        /// The secret half.
        secret_access_key: Secret,
    },
    /// Short-lived keys that somebody else has asked for; they cannot be refreshed.
    SessionToken {
        /// The public half.
        access_key_id: String,
        /// The secret half.
        secret_access_key: Secret,
        /// The token that comes with the two.
        session_token: Secret,
    },
    /// A role that is assumed from another identity, again and again as its credentials run out.
    IamRole {
        /// The role's ARN.
        role_arn: String,
        /// What the role's owner wants to be told by third parties.
        external_id: Option<String>,
        /// The serial number or ARN of the user's MFA device, where the role asks for one.
        mfa_serial: Option<String>,
        /// How the session is called in AWS's logs; `sagewright` by default.
        session_name: Option<String>,
        /// Seconds until the credentials run out, 900 to 43200; AWS's default is an hour.
        duration_seconds: Option<u32>,
        /// Who assumes the role.
        source: Box<Authentication>,
    },
    /// A role of IAM Identity Center, by the cached token of `aws sso login`.
    Sso {
        /// The portal's address, such as `https://acme.awsapps.com/start`.
        start_url: String,
        /// The region of the portal.
        sso_region: String,
        /// The account to work in.
        account_id: String,
        /// The permission set.
        role_name: String,
    },
}
