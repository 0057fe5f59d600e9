//! `FilterLogEvents`: several streams as one, by time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::file::{Event, LogFile};
use super::pattern::Pattern;
use super::streams::{Stream, group};
use super::{EVENT_OVERHEAD, Logs, MAX_BYTES, MAX_EVENTS, invalid, no_group, no_stream, unreadable};
use crate::server::ServiceError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FilterLogEvents {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    filter_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

/// The order of events over all streams; also what a token holds: the last event of the page before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    timestamp: i64,
    stream: String,
    offset: u64,
}

impl Position {
    fn token(&self) -> String {
        format!("{}/{}/{}", self.timestamp, self.offset, self.stream)
    }

    fn parse(token: &str) -> Option<Self> {
        let mut parts = token.splitn(3, '/');
        let timestamp = parts.next()?.parse().ok()?;
        let offset = parts.next()?.parse().ok()?;
        Some(Self { timestamp, offset, stream: parts.next()?.to_owned() })
    }
}

impl Logs {
    /// `FilterLogEvents`.
    pub(crate) fn filter_events(&self, request: &FilterLogEvents) -> Result<Value, ServiceError> {
        let group = group(request.log_group_name.as_deref(), request.log_group_identifier.as_deref())?;
        let pattern = Pattern::parse(request.filter_pattern.as_deref().unwrap_or_default())?;
        let after = match request.next_token.as_deref() {
            None => None,
            Some(token) => {
                Some(Position::parse(token).ok_or_else(|| invalid("The specified nextToken is invalid."))?)
            }
        };
        let streams = self.chosen(group, request)?;
        let page = merge(&streams, request, &pattern, after.as_ref()).map_err(|error| unreadable(&error))?;
        let mut response = json!({ "events": page.events, "searchedLogStreams": [] });
        if let Some(last) = page.last {
            response["nextToken"] = json!(last.token());
        }
        Ok(response)
    }

    fn chosen(&self, group: &str, request: &FilterLogEvents) -> Result<Vec<Stream>, ServiceError> {
        let streams = match (&request.log_stream_names, &request.log_stream_name_prefix) {
            (Some(_), Some(_)) => {
                return Err(invalid("Only one of logStreamNames and logStreamNamePrefix may be given."));
            }
            (Some(names), None) => {
                let mut streams = Vec::new();
                for name in names {
                    streams
                        .extend(self.streams(group, name)?.into_iter().filter(|found| found.name == *name));
                }
                if streams.len() < names.len() && self.has_group(group)? {
                    return Err(no_stream());
                }
                streams
            }
            (None, prefix) => self.streams(group, prefix.as_deref().unwrap_or_default())?,
        };
        if streams.is_empty() && !self.has_group(group)? { Err(no_group()) } else { Ok(streams) }
    }
}

#[derive(Default)]
struct Page {
    events: Vec<Value>,
    /// The last event, when others may follow.
    last: Option<Position>,
}

fn merge(
    streams: &[Stream],
    request: &FilterLogEvents,
    pattern: &Pattern,
    after: Option<&Position>,
) -> std::io::Result<Page> {
    let start = request.start_time.max(after.map(|after| after.timestamp));
    let mut files = Vec::with_capacity(streams.len());
    let mut heap = BinaryHeap::new();
    for (index, stream) in streams.iter().enumerate() {
        let mut file = LogFile::open(&stream.path)?;
        let from = match start {
            Some(time) => file.find(time)?,
            None => 0,
        };
        file.seek(from)?;
        push(&mut heap, index, stream, file.next()?);
        files.push(file);
    }
    let limit = request.limit.unwrap_or(MAX_EVENTS).min(MAX_EVENTS);
    let mut page = Page::default();
    let mut size = 0;
    let mut last = None;
    while let Some(Reverse((position, index, message))) = heap.pop() {
        if request.end_time.is_some_and(|end| position.timestamp >= end) {
            break;
        }
        let wanted = after.is_none_or(|after| position > *after) && pattern.matches(&message);
        if wanted {
            size += message.len() + EVENT_OVERHEAD;
            if page.events.len() == limit || size > MAX_BYTES {
                page.last = last;
                break;
            }
            page.events.push(json!({
                "logStreamName": position.stream,
                "timestamp": position.timestamp,
                "message": message,
                "ingestionTime": position.timestamp,
                "eventId": format!("{:020}{:016}{index:020}", position.timestamp, position.offset),
            }));
            last = Some(position);
        }
        push(&mut heap, index, &streams[index], files[index].next()?);
    }
    Ok(page)
}

type Heap = BinaryHeap<Reverse<(Position, usize, String)>>;

fn push(heap: &mut Heap, index: usize, stream: &Stream, event: Option<Event>) {
    if let Some(event) = event {
        let position =
            Position { timestamp: event.timestamp, stream: stream.name.clone(), offset: event.begin };
        heap.push(Reverse((position, index, event.message)));
    }
}
