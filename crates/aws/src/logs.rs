//! A job's output from CloudWatch Logs, read on from where the last call stopped.

use aws_sdk_cloudwatchlogs::operation::get_log_events::GetLogEventsOutput;
use std::collections::BTreeMap;

use crate::patience::patient;
use crate::{Client, Error, Job, Result};

/// One line of a job's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// Milliseconds since the epoch.
    pub timestamp: i64,
    /// The line, without its end.
    pub message: String,
}

/// How far each of a job's log streams was read.
#[derive(Debug, Clone, Default)]
pub struct LogCursor {
    streams: BTreeMap<String, Position>,
    /// Lines that were read by a call that then failed: the next call gives them.
    pending: Vec<LogEvent>,
}

/// A place in one stream. The time and the count find it again when CloudWatch no longer knows the token, which it
/// forgets after a day.
#[derive(Debug, Clone, Default)]
struct Position {
    token: Option<String>,
    timestamp: i64,
    lines_of_timestamp: usize,
}

impl Position {
    fn advance(&mut self, event: &LogEvent) {
        if event.timestamp == self.timestamp {
            self.lines_of_timestamp += 1;
        } else {
            self.timestamp = event.timestamp;
            self.lines_of_timestamp = 1;
        }
    }
}

impl Client {
    /// The lines since `cursor`, merged over the job's hosts by time. Empty while there is no output yet.
    ///
    /// No line is lost when a call fails half-way, and none comes twice.
    pub async fn logs(&self, job: &Job, cursor: &mut LogCursor) -> Result<Vec<LogEvent>> {
        for stream in self.streams(job).await? {
            let position = cursor.streams.entry(stream.clone()).or_default();
            self.read_on(job, &stream, position, &mut cursor.pending).await?;
        }
        let mut events = std::mem::take(&mut cursor.pending);
        // Stable: lines of one host and one millisecond keep their order.
        events.sort_by_key(|event| event.timestamp);
        Ok(events)
    }

    async fn read_on(
        &self,
        job: &Job,
        stream: &str,
        position: &mut Position,
        into: &mut Vec<LogEvent>,
    ) -> Result<()> {
        // After a lost token, the stream is read again from the last line's time; what was read then is skipped.
        let mut skipped = 0;
        let mut since = None;
        loop {
            let token = position.token.clone();
            let page = match self.page(job, stream, token.clone(), since).await {
                Err(error) if error.is_not_found() => return Ok(()),
                Err(error) if token.is_some() && since.is_none() && is_lost_token(&error) => {
                    position.token = None;
                    since = Some(position.timestamp);
                    skipped = position.lines_of_timestamp;
                    continue;
                }
                other => other?,
            };
            for event in page.events.unwrap_or_default() {
                let event = LogEvent {
                    timestamp: event.timestamp.unwrap_or_default(),
                    message: event.message.unwrap_or_default(),
                };
                if skipped > 0 && event.timestamp == position.timestamp {
                    skipped -= 1;
                    continue;
                }
                position.advance(&event);
                into.push(event);
            }
            // An unchanged token is how CloudWatch says that this was the end for now.
            match page.next_forward_token {
                Some(next) if token.as_ref() != Some(&next) => position.token = Some(next),
                _ => return Ok(()),
            }
        }
    }

    async fn page(
        &self,
        job: &Job,
        stream: &str,
        token: Option<String>,
        since: Option<i64>,
    ) -> Result<GetLogEventsOutput> {
        patient(|| async {
            self.logs
                .get_log_events()
                .log_group_name(job.log_group())
                .log_stream_name(stream)
                .start_from_head(true)
                .set_start_time(since)
                .set_next_token(token.clone())
                .send()
                .await
                .map_err(|error| Error::from_sdk("GetLogEvents", &error))
        })
        .await
    }

    async fn streams(&self, job: &Job) -> Result<Vec<String>> {
        let mut streams = Vec::new();
        let mut next = None;
        loop {
            let page = patient(|| async {
                self.logs
                    .describe_log_streams()
                    .log_group_name(job.log_group())
                    .log_stream_name_prefix(format!("{}/", job.name))
                    .set_next_token(next.clone())
                    .send()
                    .await
                    .map_err(|error| Error::from_sdk("DescribeLogStreams", &error))
            });
            let page = match page.await {
                Err(error) if error.is_not_found() => return Ok(Vec::new()),
                other => other?,
            };
            streams
                .extend(page.log_streams.unwrap_or_default().into_iter().filter_map(|it| it.log_stream_name));
            next = page.next_token;
            if next.is_none() {
                return Ok(streams);
            }
        }
    }
}

fn is_lost_token(error: &Error) -> bool {
    matches!(error, Error::Refused { code, .. } if code == "InvalidParameterException")
}
