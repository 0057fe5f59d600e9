//! Times in records: RFC 3339, UTC, always with milliseconds, so that they also sort as text.

use jiff::Timestamp;
use serde::{Deserialize as _, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.3}"))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(deserializer)
}

/// The same for times that may not have come yet.
pub(crate) mod optional {
    use super::{Deserializer, Serializer, Timestamp};
    use serde::Deserialize as _;

    #[expect(clippy::ref_option, reason = "serde's `with` passes the field by reference")]
    pub(crate) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::<Timestamp>::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    #[derive(serde::Serialize)]
    struct Holder(#[serde(with = "super")] Timestamp);

    #[test]
    fn times_have_milliseconds_even_when_they_are_zero() {
        let time = Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(serde_json::to_string(&Holder(time)).unwrap(), "\"2023-11-14T22:13:20.000Z\"");
    }
}
