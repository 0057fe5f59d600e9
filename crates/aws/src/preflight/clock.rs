//! Whether this machine's clock is near AWS's: signatures carry the time, and are refused when it is wrong.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::sync::{Arc, Mutex};

use super::{Finding, Subject};

const CHECK: &str = "clock";
/// AWS refuses signatures that are further off.
const REFUSED_SECONDS: i64 = 300;
/// A clock this far off is not kept by anything.
const ODD_SECONDS: i64 = 30;

pub(super) async fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let seen = Arc::new(Mutex::new(None));
    // The SDK's answer does not matter: even a refusal carries the service's time.
    let _ = aws_sdk_sts::Client::new(&subject.config())
        .get_caller_identity()
        .customize()
        .interceptor(DateReader(Arc::clone(&seen)))
        .send()
        .await;
    let seen = seen.lock().map_or(None, |seen| *seen);
    vec![match seen {
        Some(seconds) => finding(seconds),
        None => Finding::unknown(CHECK, "no service has told its time"),
    }]
}

/// `seconds` is how far this machine is ahead.
fn finding(seconds: i64) -> Finding {
    let off = seconds.abs();
    let way = if seconds > 0 { "ahead of" } else { "behind" };
    if off >= REFUSED_SECONDS {
        Finding::failed(CHECK, format!("this machine's clock is {off} seconds {way} AWS's"))
            .hint("AWS refuses requests that are off by more than five minutes; set the clock, for instance by `chronyc makestep`")
    } else if off >= ODD_SECONDS {
        Finding::warning(CHECK, format!("this machine's clock is {off} seconds {way} AWS's"))
            .hint("AWS refuses requests that are off by more than five minutes")
    } else {
        Finding::ok(CHECK, "right to within half a minute")
    }
}

/// Keeps how far this machine's clock is ahead of an answer's `Date`.
#[derive(Debug)]
struct DateReader(Arc<Mutex<Option<i64>>>);

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for DateReader {
    fn name(&self) -> &'static str {
        "DateReader"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        if let Some(date) = date.and_then(|text| rfc2822::DateTimeParser::new().parse_timestamp(text).ok())
            && let Ok(mut seen) = self.0.lock()
        {
            *seen = Some(Timestamp::now().as_second() - date.as_second());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::Outcome;

    #[test]
    fn five_minutes_are_too_many() {
        assert_eq!(finding(2).outcome, Outcome::Ok);
        assert_eq!(finding(-60).outcome, Outcome::Warning);
        assert!(finding(-60).message.contains("behind"));
        assert_eq!(finding(400).outcome, Outcome::Failed);
    }

    #[test]
    fn the_date_of_an_http_answer_can_be_read() {
        let parsed = rfc2822::DateTimeParser::new().parse_timestamp("Sun, 22 Nov 2026 13:06:54 GMT").unwrap();
        assert_eq!(parsed.to_string(), "2026-11-22T13:06:54Z");
    }
}
