//! The embedded S3: the `s3s` crate speaks the protocol, buckets are folders and objects are files.

mod attributes;
mod buckets;
mod error;
mod list;
mod multipart;
mod objects;
mod receive;
mod service;
mod storage;
mod walk;

use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3Result, s3_error};
use subtle::ConstantTimeEq;

pub(crate) use self::error::StorageError;
pub(crate) use self::storage::{Replace, Storage, split_uri};
pub(crate) use self::walk::Found;
use crate::credentials::Credentials;

/// Serves a storage to whoever signs with the install's key.
pub(crate) fn serve(storage: Storage, credentials: Credentials) -> S3Service {
    let mut builder = S3ServiceBuilder::new(service::Service::new(storage));
    builder.set_auth(OneKey(credentials));
    builder.build()
}

struct OneKey(Credentials);

#[async_trait::async_trait]
impl S3Auth for OneKey {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if bool::from(access_key.as_bytes().ct_eq(self.0.access_key_id.as_bytes())) {
            Ok(SecretKey::from(self.0.secret_access_key.as_str()))
        } else {
            Err(s3_error!(
                InvalidAccessKeyId,
                "The AWS Access Key Id you provided does not exist in our records."
            ))
        }
    }
}
