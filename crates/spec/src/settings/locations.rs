//! Where data lies in S3: at one URI, or at one for each channel.

use schemars::JsonSchema;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One S3 URI, or one for each named channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Locations {
    /// One URI; the data has no channels.
    One(String),
    /// A URI for each channel.
    Channels(BTreeMap<String, String>),
}

impl Locations {
    /// Returns channel and URI of each location; the channel is nothing when there is only one location.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let (one, channels) = match self {
            Locations::One(uri) => (Some((None, uri.as_str())), None),
            Locations::Channels(channels) => (None, Some(channels)),
        };
        one.into_iter().chain(
            channels.into_iter().flatten().map(|(channel, uri)| (Some(channel.as_str()), uri.as_str())),
        )
    }

    /// Lays `later` over `earlier`: channels are merged by name, anything else is replaced.
    pub(super) fn merge(earlier: Option<&Locations>, later: Option<&Locations>) -> Option<Locations> {
        match (earlier, later) {
            (Some(Locations::Channels(earlier)), Some(Locations::Channels(later))) => {
                Some(Locations::Channels(super::merge_maps(earlier, later)))
            }
            (earlier, later) => later.or(earlier).cloned(),
        }
    }
}

impl<'de> Deserialize<'de> for Locations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LocationsVisitor)
    }
}

struct LocationsVisitor;

impl<'de> Visitor<'de> for LocationsVisitor {
    type Value = Locations;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an S3 URI or an object of channels and S3 URIs")
    }

    fn visit_str<E: de::Error>(self, uri: &str) -> Result<Locations, E> {
        Ok(Locations::One(uri.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Locations, A::Error> {
        let mut channels = BTreeMap::new();
        while let Some((channel, uri)) = map.next_entry()? {
            channels.insert(channel, uri);
        }
        Ok(Locations::Channels(channels))
    }
}
