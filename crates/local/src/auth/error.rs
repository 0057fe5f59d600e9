//! Why a request was refused before anybody looked at what it asks for.

/// An authentication error; the protocol decides its name on the wire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AuthError {
    /// No signature at all.
    #[error("Missing Authentication Token")]
    Missing,
    /// A signature that cannot be read.
    #[error("{0}")]
    Incomplete(String),
    /// A key that is not this installation's.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    /// The signature is another one than the key gives.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
    /// The clocks are too far apart, or the request is a replay.
    #[error("{0}")]
    Clock(String),
    /// Signed for another service or region.
    #[error("Credential should be scoped to {0}.")]
    Scope(String),
    /// Not for this address, or sent by a web page.
    #[error("{0}")]
    Forbidden(&'static str),
}

impl AuthError {
    /// Name and status in the JSON protocols.
    pub(crate) fn json(&self) -> (&'static str, u16) {
        match self {
            Self::Missing => ("MissingAuthenticationTokenException", 400),
            Self::Incomplete(_) => ("IncompleteSignatureException", 400),
            Self::UnknownKey => ("UnrecognizedClientException", 400),
            Self::Mismatch | Self::Clock(_) | Self::Scope(_) => ("InvalidSignatureException", 400),
            Self::Forbidden(_) => ("AccessDeniedException", 403),
        }
    }

    /// Name and status in the query protocol.
    pub(crate) fn query(&self) -> (&'static str, u16) {
        match self {
            Self::Missing => ("MissingAuthenticationToken", 403),
            Self::Incomplete(_) => ("IncompleteSignature", 400),
            Self::UnknownKey => ("InvalidClientTokenId", 403),
            Self::Mismatch | Self::Clock(_) | Self::Scope(_) => ("SignatureDoesNotMatch", 403),
            Self::Forbidden(_) => ("AccessDenied", 403),
        }
    }

    /// Name and status in S3.
    pub(crate) fn s3(&self) -> (&'static str, u16) {
        match self {
            Self::Missing | Self::Forbidden(_) => ("AccessDenied", 403),
            Self::Incomplete(_) | Self::Scope(_) => ("AuthorizationHeaderMalformed", 400),
            Self::UnknownKey => ("InvalidAccessKeyId", 403),
            Self::Mismatch => ("SignatureDoesNotMatch", 403),
            Self::Clock(_) => ("RequestTimeTooSkewed", 403),
        }
    }
}
