//! The keep-alive period, where null and absent mean different things.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How long an instance is kept warm after its job.
///
/// In a document null is [`KeepAlive::Off`], while an absent field leaves the choice to the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepAlive {
    /// The instance is released with the job.
    Off,
    /// The instance waits this many seconds for the next job.
    Seconds(i64),
}

impl KeepAlive {
    /// Returns the seconds, or nothing when it is off.
    pub fn seconds(self) -> Option<i64> {
        match self {
            KeepAlive::Off => None,
            KeepAlive::Seconds(seconds) => Some(seconds),
        }
    }
}

impl Serialize for KeepAlive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.seconds().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for KeepAlive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<i64>::deserialize(deserializer)?.map_or(KeepAlive::Off, KeepAlive::Seconds))
    }
}

/// Reads a field that is present; `Option` alone would read null as absent.
pub(super) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<KeepAlive>, D::Error> {
    KeepAlive::deserialize(deserializer).map(Some)
}
