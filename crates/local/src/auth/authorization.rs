//! The `Authorization` header of Signature Version 4, taken apart.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::AuthError;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A parsed `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authorization<'a> {
    pub(crate) access_key_id: &'a str,
    /// Day of the scope, `YYYYMMDD`.
    pub(crate) date: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    /// Names in lower case, in the order of the header.
    pub(crate) signed_headers: Vec<&'a str>,
    /// Hexadecimal.
    pub(crate) signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Finds and parses the header.
    pub(crate) fn of(headers: &'a HeaderMap) -> Result<Self, AuthError> {
        let header = headers.get(AUTHORIZATION).ok_or(AuthError::Missing)?;
        let header = header
            .to_str()
            .map_err(|_| AuthError::Incomplete("Authorization header is not plain text.".to_owned()))?;
        Self::parse(header)
    }

    fn parse(header: &'a str) -> Result<Self, AuthError> {
        let (algorithm, fields) = header.trim().split_once(' ').unwrap_or((header, ""));
        if algorithm != ALGORITHM {
            return Err(AuthError::Incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
        }
        let field = |name: &str| {
            fields
                .split(',')
                .filter_map(|field| field.trim().split_once('='))
                .find_map(|(key, value)| (key == name).then_some(value.trim()))
                .filter(|value| !value.is_empty())
                .ok_or_else(|| {
                    AuthError::Incomplete(format!("Authorization header requires '{name}' parameter."))
                })
        };
        let credential = field("Credential")?;
        let signed_headers = field("SignedHeaders")?.split(';').collect();
        let signature = field("Signature")?;
        // Access keys may hold slashes; the scope is what the last four say.
        let mut parts = credential.rsplitn(5, '/');
        let (terminal, service, region, date, key) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        let (Some("aws4_request"), Some(service), Some(region), Some(date), Some(access_key_id)) =
            (terminal, service, region, date, key)
        else {
            return Err(AuthError::Incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request."
                    .to_owned(),
            ));
        };
        Ok(Self { access_key_id, date, region, service, signed_headers, signature })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_taken_apart() {
        let header = "AWS4-HMAC-SHA256 Credential=AKID/20250102/us-east-1/sagemaker/aws4_request, \
                      SignedHeaders=host;x-amz-date, Signature=abc";
        let parsed = Authorization::parse(header).unwrap();
        assert_eq!(parsed.access_key_id, "AKID");
        assert_eq!((parsed.date, parsed.region, parsed.service), ("20250102", "us-east-1", "sagemaker"));
        assert_eq!(parsed.signed_headers, ["host", "x-amz-date"]);
        assert_eq!(parsed.signature, "abc");
    }

    #[test]
    fn what_is_missing_is_named() {
        for (header, part) in [
            ("Basic abc", "algorithm"),
            ("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=a", "Credential"),
            ("AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host", "Signature"),
            ("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=a", "slash-delimited"),
        ] {
            match Authorization::parse(header) {
                Err(AuthError::Incomplete(message)) => assert!(message.contains(part), "{message}"),
                other => panic!("{header}: {other:?}"),
            }
        }
    }
}
