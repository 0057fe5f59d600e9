//! Times as the awsJson1.1 protocol writes them: epoch seconds, with milliseconds as a fraction.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

/// The number that stands for `time` on the wire.
#[expect(clippy::cast_precision_loss, reason = "epoch milliseconds stay below 2^53 for 285,000 years")]
pub fn seconds(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}

/// Writes epoch seconds.
pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(seconds(*time))
}

/// Reads epoch seconds.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    from_seconds(f64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

#[expect(clippy::cast_possible_truncation, reason = "a time out of range is refused by jiff")]
fn from_seconds(seconds: f64) -> Result<Timestamp, jiff::Error> {
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64)
}

/// The same for members that may be absent.
pub mod option {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes epoch seconds or null.
    #[allow(clippy::ref_option, reason = "serde calls it with a reference to the field")]
    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads epoch seconds or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        Option::<f64>::deserialize(deserializer)?
            .map(|seconds| super::from_seconds(seconds).map_err(serde::de::Error::custom))
            .transpose()
    }
}
