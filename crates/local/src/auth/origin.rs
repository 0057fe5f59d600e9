//! Keeps web pages out: the endpoint starts processes, and a browser on this machine can reach its port.

use std::net::SocketAddr;

use http::HeaderMap;
use http::header::{HOST, ORIGIN};

use super::AuthError;

/// Refuses requests that a web page sent, or that were meant for another name than the loopback address.
pub(crate) fn check_origin(headers: &HeaderMap, address: SocketAddr) -> Result<(), AuthError> {
    if headers.contains_key(ORIGIN) {
        return Err(AuthError::Forbidden("requests from web pages are not accepted"));
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = address.port();
    let known = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    if known.iter().any(|name| name.eq_ignore_ascii_case(host)) {
        Ok(())
    } else {
        Err(AuthError::Forbidden("the Host header is not the address this endpoint listens on"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)], accepted: bool) {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect::<HeaderMap>();
        assert_eq!(check_origin(&headers, ([127, 0, 0, 1], 4000).into()).is_ok(), accepted, "{headers:?}");
    }

    #[test]
    fn only_the_loopback_address_is_known() {
        check(&[("host", "127.0.0.1:4000")], true);
        check(&[("host", "localhost:4000")], true);
        check(&[("host", "127.0.0.1:4001")], false);
        check(&[("host", "evil.example:4000")], false);
        check(&[], false);
    }

    #[test]
    fn a_web_page_is_refused() {
        check(&[("host", "127.0.0.1:4000"), ("origin", "http://127.0.0.1:4000")], false);
        check(&[("host", "127.0.0.1:4000"), ("origin", "null")], false);
    }
}
