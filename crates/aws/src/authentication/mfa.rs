//! Asking for the code of an MFA device.

use async_trait::async_trait;

use super::Problem;

/// Where MFA codes come from: a person at a terminal, as a rule.
#[async_trait]
pub trait AskMfa: Send + Sync {
    /// The six digits that the device with this serial number shows now.
    async fn code(&self, serial: &str) -> Result<String, Problem>;
}

/// Nobody is there to be asked.
#[derive(Debug, Clone, Copy)]
pub struct NoMfa;

#[async_trait]
impl AskMfa for NoMfa {
    async fn code(&self, serial: &str) -> Result<String, Problem> {
        Err(Problem::Mfa {
            serial: serial.to_owned(),
            message: "a code is needed, and there is nobody to ask".to_owned(),
        })
    }
}
