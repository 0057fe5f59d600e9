//! `GetLogEvents`: a page of one stream, forwards or backwards.

use serde::Deserialize;
use serde_json::{Value, json};

use super::file::{Event, LogFile};
use super::streams::group;
use super::{EVENT_OVERHEAD, Logs, MAX_BYTES, MAX_EVENTS, invalid, no_group, no_stream, unreadable};
use crate::server::ServiceError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetLogEvents {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    start_from_head: bool,
}

/// Where a page begins, or ends.
enum Place {
    ForwardFrom(u64),
    BackwardFrom(u64),
}

impl Logs {
    /// `GetLogEvents`.
    pub(crate) fn get_events(&self, request: &GetLogEvents) -> Result<Value, ServiceError> {
        let group = group(request.log_group_name.as_deref(), request.log_group_identifier.as_deref())?;
        let stream = self
            .streams(group, &request.log_stream_name)?
            .into_iter()
            .find(|stream| stream.name == request.log_stream_name);
        let Some(stream) = stream else {
            return Err(if self.has_group(group)? { no_stream() } else { no_group() });
        };
        let place = request.next_token.as_deref().map(parse_token).transpose()?;
        let page = LogFile::open(&stream.path).and_then(|mut file| page(&mut file, request, place));
        let (events, before, after) = page.map_err(|error| unreadable(&error))?;
        let events: Vec<Value> = events
            .into_iter()
            .map(|event| {
                json!({
                    "timestamp": event.timestamp,
                    "message": event.message,
                    "ingestionTime": event.timestamp,
                })
            })
            .collect();
        Ok(json!({
            "events": events,
            "nextForwardToken": format!("f/{after:032}/s"),
            "nextBackwardToken": format!("b/{before:032}/s"),
        }))
    }
}

fn parse_token(token: &str) -> Result<Place, ServiceError> {
    let wrong = || invalid("The specified nextToken is invalid.");
    let mut parts = token.split('/');
    let (direction, offset) = (parts.next(), parts.next().and_then(|offset| offset.parse().ok()));
    match (direction, offset) {
        (Some("f"), Some(offset)) => Ok(Place::ForwardFrom(offset)),
        (Some("b"), Some(offset)) => Ok(Place::BackwardFrom(offset)),
        _ => Err(wrong()),
    }
}

/// The events of a page, and the places before the first and after the last of them.
fn page(
    file: &mut LogFile,
    request: &GetLogEvents,
    place: Option<Place>,
) -> std::io::Result<(Vec<Event>, u64, u64)> {
    let limit = request.limit.unwrap_or(MAX_EVENTS).min(MAX_EVENTS);
    let first = match request.start_time {
        Some(time) => file.find(time)?,
        None => 0,
    };
    let last = match request.end_time {
        Some(time) => file.find(time)?,
        None => file.length(),
    };
    let place = place.unwrap_or(if request.start_from_head {
        Place::ForwardFrom(first)
    } else {
        Place::BackwardFrom(last)
    });
    match place {
        Place::ForwardFrom(offset) => {
            let offset = offset.max(first);
            let events = forwards(file, offset, last, limit)?;
            let after = events.last().map_or(offset, |event| event.end);
            Ok((events, offset, after))
        }
        Place::BackwardFrom(offset) => {
            let offset = offset.min(last);
            let mut events = file.before(offset, limit)?;
            events.retain(|event| event.begin >= first);
            let before = events.first().map_or(offset, |event| event.begin);
            let after = events.last().map_or(offset, |event| event.end);
            Ok((events, before, after))
        }
    }
}

fn forwards(file: &mut LogFile, from: u64, last: u64, limit: usize) -> std::io::Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut size = 0;
    file.seek(from)?;
    while events.len() < limit {
        let Some(event) = file.next()? else { break };
        size += event.message.len() + EVENT_OVERHEAD;
        if event.begin >= last || size > MAX_BYTES {
            break;
        }
        events.push(event);
    }
    Ok(events)
}
