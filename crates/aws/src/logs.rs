//! A job's output from CloudWatch Logs, read on from where the last call stopped.

use std::collections::BTreeMap;

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
    tokens: BTreeMap<String, String>,
}

impl Client {
    /// The lines since `cursor`, merged over the job's hosts by time. Empty while there is no output yet.
    pub async fn logs(&self, job: &Job, cursor: &mut LogCursor) -> Result<Vec<LogEvent>> {
        let mut events = Vec::new();
        for stream in self.streams(job).await? {
            loop {
                let token = cursor.tokens.get(&stream).cloned();
                let page = self
                    .logs
                    .get_log_events()
                    .log_group_name(job.log_group())
                    .log_stream_name(&stream)
                    .start_from_head(true)
                    .set_next_token(token.clone())
                    .send()
                    .await;
                let page = match page.map_err(|error| Error::from_sdk("GetLogEvents", &error)) {
                    Err(error) if error.is_not_found() => break,
                    other => other?,
                };
                events.extend(page.events.unwrap_or_default().into_iter().map(|event| LogEvent {
                    timestamp: event.timestamp.unwrap_or_default(),
                    message: event.message.unwrap_or_default(),
                }));
                // An unchanged token is how CloudWatch says that this was the end for now.
                match page.next_forward_token {
                    Some(next) if token.as_ref() != Some(&next) => {
                        cursor.tokens.insert(stream.clone(), next);
                    }
                    _ => break,
                }
            }
        }
        events.sort_by_key(|event| event.timestamp);
        Ok(events)
    }

    async fn streams(&self, job: &Job) -> Result<Vec<String>> {
        let mut pages = self
            .logs
            .describe_log_streams()
            .log_group_name(job.log_group())
            .log_stream_name_prefix(format!("{}/", job.name))
            .into_paginator()
            .send();
        let mut streams = Vec::new();
        while let Some(page) = pages.next().await {
            match page.map_err(|error| Error::from_sdk("DescribeLogStreams", &error)) {
                Err(error) if error.is_not_found() => return Ok(Vec::new()),
                Err(error) => return Err(error),
                Ok(page) => streams.extend(
                    page.log_streams.unwrap_or_default().into_iter().filter_map(|it| it.log_stream_name),
                ),
            }
        }
        Ok(streams)
    }
}
