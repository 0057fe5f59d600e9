//! Files that look like they hold a secret. Looking is cheap and errs: it warns and never refuses.

use super::files::IGNORE_FILE;
use super::warning::{Warning, WarningKind};

/// Names that by convention hold secrets.
const NAMES: [&str; 12] = [
    ".env",
    ".netrc",
    ".pypirc",
    ".git-credentials",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "credentials",
    "credentials.json",
    "service-account.json",
    "client_secret.json",
];
/// Endings of key stores.
const ENDINGS: [&str; 5] = [".pem", ".p12", ".pfx", ".jks", ".keystore"];
/// Files above this size are not looked into, in bytes.
const MOST: usize = 256 * 1024;

/// Looks at a file's name and, if it is small, at its content.
pub(super) fn look(path: &str, content: &[u8]) -> Option<Warning> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let message = if NAMES.contains(&name)
        || name.strip_prefix(".env.").is_some_and(|rest| !["example", "sample", "template"].contains(&rest))
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
    {
        format!("`{path}` looks like a secret and is uploaded with the code")
    } else if content.len() <= MOST && has_access_key(content) {
        format!("`{path}` holds what looks like an AWS access key, and is uploaded with the code")
    } else if content.len() <= MOST && has_private_key(content) {
        format!("`{path}` holds a private key, and is uploaded with the code")
    } else {
        return None;
    };
    Some(Warning {
        kind: WarningKind::Secret,
        file: path.to_owned(),
        message,
        hint: format!("put `{path}` into {IGNORE_FILE}"),
    })
}

/// Finds an access key id: `AKIA` and sixteen capitals or digits, standing alone.
fn has_access_key(content: &[u8]) -> bool {
    let of_key = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    content.windows(4).enumerate().any(|(start, window)| {
        window == b"AKIA"
            && !(start > 0 && content[start - 1].is_ascii_alphanumeric())
            && content.get(start + 4..start + 20).is_some_and(|rest| rest.iter().all(of_key))
            && !content.get(start + 20).is_some_and(u8::is_ascii_alphanumeric)
    })
}

fn has_private_key(content: &[u8]) -> bool {
    let start = content.trim_ascii_start();
    start.starts_with(b"-----BEGIN ")
        && start
            .iter()
            .position(|byte| *byte == b'\n')
            .is_some_and(|end| start[..end].trim_ascii_end().ends_with(b"PRIVATE KEY-----"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, content: &str, secret: bool) {
        assert_eq!(look(path, content.as_bytes()).is_some(), secret, "{path}: {content}");
    }

    #[test]
    fn names_and_contents_that_look_secret() {
        check("conf/.env", "", true);
        check(".env.production", "", true);
        check(".env.example", "", false);
        check("keys/id_rsa", "", true);
        check("server.pem", "", true);
        check("settings.py", "KEY = 'AKIAIOSFODNN7EXAMPLE'", true);
        check("settings.py", "KEY = 'AKIAIOSFODNN7EXAMPLE0'", false);
        check("settings.py", "KEY = 'AKIA...'", false);
        check("key.txt", "-----BEGIN RSA PRIVATE KEY-----\nabc", true);
        check("cert.txt", "-----BEGIN CERTIFICATE-----\nabc", false);
        check("credentials_test.py", "x = 1", false);
    }
}
