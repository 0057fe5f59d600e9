//! Encrypts and decrypts secret values (ChaCha20-Poly1305).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::key_file::{self, KEY_FILE};
use super::{Error, Result};

/// Encrypts and decrypts with the key of a home; the key is read, or made, when it is first needed.
#[derive(Debug)]
pub(super) struct Vault {
    path: PathBuf,
    key: OnceLock<LessSafeKey>,
}

impl Vault {
    pub(super) fn new(home: &Path) -> Self {
        Self { path: home.join(KEY_FILE), key: OnceLock::new() }
    }

    /// Encrypts a value for one field. The field's name is bound to it: it opens under no other one.
    pub(super) fn seal(&self, field: &str, value: &SecretString) -> Result<String> {
        let key = self.key(key_file::read_or_make)?;
        let mut nonce = [0; NONCE_LEN];
        let sealed = SystemRandom::new().fill(&mut nonce).and_then(|()| {
            let mut bytes = value.expose_secret().as_bytes().to_vec();
            let unique = Nonce::assume_unique_for_key(nonce);
            key.seal_in_place_append_tag(unique, Aad::from(field.as_bytes()), &mut bytes)?;
            Ok([nonce.as_slice(), &bytes].concat())
        });
        let sealed = sealed
            .map_err(|_| Error::Sealed { field: field.to_owned(), owner: "a new record".to_owned() })?;
        Ok(STANDARD.encode(sealed))
    }

    /// Decrypts a value of `owner`, which is named when it cannot be.
    pub(super) fn open(&self, field: &str, sealed: &str, owner: &str) -> Result<SecretString> {
        let failed = || Error::Sealed { field: field.to_owned(), owner: owner.to_owned() };
        let key = self.key(|path| key_file::read(path)?.ok_or_else(failed))?;
        let mut bytes = STANDARD.decode(sealed).map_err(|_| failed())?;
        let (nonce, value) = bytes.split_at_mut_checked(NONCE_LEN).ok_or_else(failed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed())?;
        let value = key.open_in_place(nonce, Aad::from(field.as_bytes()), value).map_err(|_| failed())?;
        let text = std::str::from_utf8(value).map_err(|_| failed())?;
        Ok(SecretString::from(text))
    }

    fn key(&self, get: impl FnOnce(&Path) -> Result<[u8; key_file::LENGTH]>) -> Result<&LessSafeKey> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let bytes = get(&self.path)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes)
            .expect("the key has the length that the algorithm asks for");
        Ok(self.key.get_or_init(|| LessSafeKey::new(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_only_under_its_own_field_and_key() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let vault = Vault::new(one.path());
        let sealed = vault.seal("key", &"hush".into()).unwrap();
        assert!(!sealed.contains("hush"));
        assert_ne!(sealed, vault.seal("key", &"hush".into()).unwrap());
        let again = Vault::new(one.path());
        assert_eq!(again.open("key", &sealed, "it").unwrap().expose_secret(), "hush");
        assert!(again.open("token", &sealed, "it").is_err());
        let stranger = Vault::new(other.path());
        assert!(stranger.open("key", &sealed, "it").is_err());
        stranger.seal("key", &"x".into()).unwrap();
        assert!(matches!(stranger.open("key", &sealed, "it"), Err(Error::Sealed { .. })));
    }
}
