//! Credentials that are kept until shortly before they run out, and then asked for again.

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use jiff::{SignedDuration, Timestamp};
use std::error::Error as StdError;
use std::sync::Arc;
use tokio::sync::Mutex;

use super::Problem;

/// New credentials are asked for this long before the old ones run out: a request that is signed now may be read
/// minutes later.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// A provider in front of which the last answer is kept. One asks at a time; the others wait for its answer.
#[derive(Debug, Clone)]
pub(crate) struct Cached {
    inner: SharedCredentialsProvider,
    kept: Arc<Mutex<Option<Credentials>>>,
}

impl Cached {
    pub(crate) fn new(inner: impl ProvideCredentials + 'static) -> Self {
        Self { inner: SharedCredentialsProvider::new(inner), kept: Arc::default() }
    }

    /// Credentials that are good for the next minutes.
    pub(crate) async fn get(&self) -> Result<Credentials, Problem> {
        let mut kept = self.kept.lock().await;
        if let Some(credentials) = kept.as_ref().filter(|it| is_good(it, MARGIN)) {
            return Ok(credentials.clone());
        }
        match self.inner.provide_credentials().await {
            Ok(fresh) if is_good(&fresh, SignedDuration::ZERO) => {
                *kept = Some(fresh.clone());
                Ok(fresh)
            }
            Ok(stale) => Err(Problem::Expired { message: expiry(&stale) }),
            // What is kept is still good for a while: the next call asks again.
            Err(error) => match kept.as_ref().filter(|it| is_good(it, SignedDuration::ZERO)) {
                Some(credentials) => Ok(credentials.clone()),
                None => Err(problem(&error)),
            },
        }
    }
}

impl ProvideCredentials for Cached {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { self.get().await.map_err(CredentialsError::provider_error) })
    }
}

fn is_good(credentials: &Credentials, margin: SignedDuration) -> bool {
    let Some(expiry) = credentials.expiry() else { return true };
    Timestamp::try_from(expiry).is_ok_and(|expiry| expiry.duration_since(Timestamp::now()) > margin)
}

fn expiry(credentials: &Credentials) -> String {
    let at = credentials.expiry().and_then(|at| Timestamp::try_from(at).ok());
    at.map_or_else(|| "they were good until now".to_owned(), |at| format!("they were good until {at:.0}"))
}

/// Our own reason out of an error of the SDK that carries it, or the SDK's words in one line.
fn problem(error: &CredentialsError) -> Problem {
    find(error).unwrap_or_else(|| {
        let message = sentence(error);
        match error {
            CredentialsError::CredentialsNotLoaded(_) => Problem::Missing { message },
            _ => Problem::Other { message },
        }
    })
}

/// A [`Problem`] somewhere in the chain of an error's causes.
pub(crate) fn find(error: &(dyn StdError + 'static)) -> Option<Problem> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(problem) = cause.downcast_ref::<Problem>() {
            return Some(problem.clone());
        }
        next = cause.source();
    }
    None
}

/// The innermost causes of an error, which say what happened; the outer ones say which layer noticed.
pub(crate) fn sentence(error: &(dyn StdError + 'static)) -> String {
    let mut texts = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        texts.push(cause.to_string());
        next = cause.source();
    }
    texts.dedup();
    let skipped = texts.len().saturating_sub(2);
    texts.split_off(skipped).join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    #[derive(Debug)]
    struct Counting {
        asked: AtomicU32,
        lifetime: Duration,
    }

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.asked.fetch_add(1, Ordering::SeqCst);
            let expiry = Timestamp::now() + self.lifetime;
            let credentials =
                Credentials::new(format!("key-{number}"), "s", None, Some(expiry.into()), "test");
            future::ProvideCredentials::ready(if number < 2 {
                Ok(credentials)
            } else {
                Err(CredentialsError::provider_error(Problem::Expired { message: "over".into() }))
            })
        }
    }

    async fn keys(lifetime: Duration, calls: usize) -> Vec<String> {
        let cached = Cached::new(Counting { asked: AtomicU32::new(0), lifetime });
        let mut keys = Vec::new();
        for _ in 0..calls {
            keys.push(
                cached.get().await.map_or_else(|it| it.to_string(), |it| it.access_key_id().to_owned()),
            );
        }
        keys
    }

    #[tokio::test]
    async fn good_credentials_are_asked_for_once() {
        assert_eq!(keys(Duration::from_hours(1), 3).await, ["key-0", "key-0", "key-0"]);
    }

    #[tokio::test]
    async fn credentials_near_their_end_are_replaced_and_used_up_when_there_are_no_others() {
        assert_eq!(keys(Duration::from_mins(1), 4).await, ["key-0", "key-1", "key-1", "key-1"]);
    }

    #[tokio::test]
    async fn stale_credentials_are_expired_ones() {
        assert!(
            keys(Duration::ZERO, 1).await[0].starts_with("the AWS credentials have expired: they were good")
        );
    }
}
