//! Waiting out a service that asks for patience, without asking again in step with everybody else.

use std::time::Duration;
use tokio::time::{Instant, sleep};

use crate::{Error, Result};

/// How long throttling is waited out before it becomes an error. Limits count by the second, so one that lasts for
/// minutes is somebody else's load and worth telling.
const THROTTLED: Duration = Duration::from_mins(3);
/// The first wait; each further one is up to twice as long.
const SHORTEST: Duration = Duration::from_millis(500);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(15);

/// Calls until the service no longer throttles, with growing, jittered waits.
pub(crate) async fn patient<T, Call, Answer>(mut call: Call) -> Result<T>
where
    Call: FnMut() -> Answer,
    Answer: Future<Output = Result<T>>,
{
    let began = Instant::now();
    let mut waits = Waits::new(SHORTEST, LONGEST);
    loop {
        match call().await {
            Err(error) if error.is_throttled() && began.elapsed() < THROTTLED => waits.wait().await,
            other => return other,
        }
    }
}

/// Waits that double up to a limit, each shortened by chance by up to a half.
#[derive(Debug)]
pub(crate) struct Waits {
    next: Duration,
    longest: Duration,
}

impl Waits {
    pub(crate) fn new(shortest: Duration, longest: Duration) -> Self {
        Self { next: shortest, longest }
    }

    pub(crate) async fn wait(&mut self) {
        sleep(self.next.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        self.next = (self.next * 2).min(self.longest);
    }
}

impl Error {
    /// Whether the service said that it is asked too often.
    pub fn is_throttled(&self) -> bool {
        const CODES: [&str; 7] = [
            "ThrottlingException",
            "Throttling",
            "ThrottledException",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "SlowDown",
        ];
        matches!(self, Self::Refused { code, message, .. }
            if CODES.contains(&code.as_str()) || message.starts_with("Rate exceeded"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn throttled() -> Error {
        Error::Refused {
            operation: "DescribePipeline",
            code: "ThrottlingException".into(),
            message: "Rate exceeded".into(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_of_throttling_is_waited_out() {
        let began = Instant::now();
        let calls = Cell::new(0);
        let answer = patient(|| async {
            calls.set(calls.get() + 1);
            if began.elapsed() < Duration::from_mins(1) { Err(throttled()) } else { Ok("done") }
        });
        assert_eq!(answer.await.unwrap(), "done");
        assert!(calls.get() < 20, "{} calls in a minute", calls.get());
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_without_end_is_an_error() {
        let began = Instant::now();
        let answer: Result<()> = patient(|| async { Err(throttled()) }).await;
        assert!(answer.unwrap_err().is_throttled());
        assert!(began.elapsed() < Duration::from_mins(4));
    }

    #[tokio::test]
    async fn other_errors_are_not_waited_for() {
        let answer: Result<()> = patient(|| async { Err(Error::UnknownRun("x".into())) }).await;
        assert!(answer.unwrap_err().is_not_found());
    }
}
