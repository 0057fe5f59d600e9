//! Where the AWS API is and with which credentials it is called.

use std::fmt;

/// An address and the credentials for it.
#[derive(Clone)]
pub struct Connection {
    /// The base URL of every service, as the embedded endpoint has it; `None` for AWS itself.
    pub endpoint_url: Option<String>,
    /// The AWS region, such as `eu-west-1`.
    pub region: String,
    /// The access key id requests are signed with.
    pub access_key_id: String,
    /// The secret half of the access key.
    pub secret_access_key: String,
    /// The token that comes with short-lived credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for Connection {
    /// Leaves the secrets out: this value ends up in traces.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("endpoint_url", &self.endpoint_url)
            .field("region", &self.region)
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}
