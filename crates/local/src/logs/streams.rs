//! `DescribeLogStreams`, and how streams are found: `<job>/algo-<n>-<epoch seconds>`, one per host of a job.

use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::file::LogFile;
use super::{Logs, invalid, no_group, unreadable};
use crate::connection::{ACCOUNT_ID, REGION};
use crate::engine::JobKind;
use crate::host::LOG_FILE;
use crate::server::ServiceError;

const STREAM_FILE: &str = "stream.json";
const DEFAULT_LIMIT: usize = 50;

/// What a job's folder says about its log streams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StreamFile {
    /// Decides the log group.
    pub(crate) kind: JobKind,
    /// Part of the streams' names.
    pub(crate) created_at: Timestamp,
    /// How many hosts write.
    pub(crate) hosts: u32,
}

impl StreamFile {
    /// Writes the file into a job's folder.
    pub(crate) fn write(&self, job: &Path) -> std::io::Result<()> {
        fs::write(job.join(STREAM_FILE), serde_json::to_vec(self)?)
    }

    fn read(job: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(job.join(STREAM_FILE)).ok()?).ok()
    }
}

/// The folder of a host in its job's folder; the first host has the job's own.
pub(crate) fn host_folder(job: &Path, host: u32) -> PathBuf {
    if host == 1 { job.to_owned() } else { job.join(format!("algo-{host}")) }
}

/// A stream that has been written to.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    pub(super) name: String,
    pub(super) kind: JobKind,
    pub(super) created_at: Timestamp,
    pub(super) path: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribeLogStreams {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    order_by: Option<String>,
    #[serde(default)]
    descending: bool,
    next_token: Option<String>,
    limit: Option<usize>,
}

impl Logs {
    /// `DescribeLogStreams`.
    pub(crate) fn describe_streams(&self, request: &DescribeLogStreams) -> Result<Value, ServiceError> {
        let group = group(request.log_group_name.as_deref(), request.log_group_identifier.as_deref())?;
        let by_time = request.order_by.as_deref() == Some("LastEventTime");
        if by_time && request.log_stream_name_prefix.is_some() {
            return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
        }
        let prefix = request.log_stream_name_prefix.as_deref().unwrap_or_default();
        let streams = self.streams(group, prefix)?;
        if streams.is_empty() && !self.has_group(group)? {
            return Err(no_group());
        }
        let mut streams = streams;
        if by_time {
            // A log's last change is its last event.
            streams
                .sort_by_cached_key(|stream| fs::metadata(&stream.path).and_then(|log| log.modified()).ok());
        }
        if request.descending {
            streams.reverse();
        }
        let from = match request.next_token.as_deref() {
            None => 0,
            Some(token) => token.parse().map_err(|_| invalid("The specified nextToken is invalid."))?,
        };
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
        let page = streams.iter().skip(from).take(limit).map(describe).collect::<std::io::Result<Vec<_>>>();
        let mut response = json!({ "logStreams": page.map_err(|error| unreadable(&error))? });
        if from + limit < streams.len() {
            response["nextToken"] = json!((from + limit).to_string());
        }
        Ok(response)
    }

    /// The streams of a group whose names start with `prefix`, by name.
    pub(super) fn streams(&self, group: &str, prefix: &str) -> Result<Vec<Stream>, ServiceError> {
        let mut streams = Vec::new();
        // Up to the slash the prefix is a job's whole name, and no other folder has to be looked at.
        if let Some((job, _)) = prefix.split_once('/') {
            if is_job_name(job) {
                streams_of(&self.jobs().join(job), job, &mut streams);
            }
        } else {
            for name in self.job_names(prefix)? {
                streams_of(&self.jobs().join(&name), &name, &mut streams);
            }
        }
        streams.retain(|stream| stream.kind.log_group() == group && stream.name.starts_with(prefix));
        streams.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(streams)
    }

    /// Whether any job of the group has written anything.
    pub(super) fn has_group(&self, group: &str) -> Result<bool, ServiceError> {
        let mut found = Vec::new();
        for name in self.job_names("")? {
            streams_of(&self.jobs().join(&name), &name, &mut found);
            if found.iter().any(|stream| stream.kind.log_group() == group) {
                return Ok(true);
            }
            found.clear();
        }
        Ok(false)
    }

    fn job_names(&self, prefix: &str) -> Result<Vec<String>, ServiceError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.jobs()).map_err(|error| unreadable(&error))? {
            let entry = entry.map_err(|error| unreadable(&error))?;
            if let Ok(name) = entry.file_name().into_string()
                && name.starts_with(prefix)
                && is_job_name(&name)
            {
                names.push(name);
            }
        }
        Ok(names)
    }
}

/// The name of the group a request is about.
pub(super) fn group<'a>(name: Option<&'a str>, identifier: Option<&'a str>) -> Result<&'a str, ServiceError> {
    match (name, identifier) {
        (Some(name), None) => Ok(name),
        // An identifier is a name or an ARN, `arn:aws:logs:<region>:<account>:log-group:<name>`.
        (None, Some(identifier)) => Ok(identifier.rsplit(':').next().unwrap_or(identifier)),
        _ => Err(invalid("Exactly one of logGroupName and logGroupIdentifier must be given.")),
    }
}

fn is_job_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn streams_of(job: &Path, name: &str, streams: &mut Vec<Stream>) {
    let Some(file) = StreamFile::read(job) else { return };
    for host in 1..=file.hosts {
        let path = host_folder(job, host).join(LOG_FILE);
        // A stream comes into being with its first event.
        if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > 0) {
            streams.push(Stream {
                name: format!("{name}/algo-{host}-{}", file.created_at.as_second()),
                kind: file.kind,
                created_at: file.created_at,
                path,
            });
        }
    }
}

fn describe(stream: &Stream) -> std::io::Result<Value> {
    let mut file = LogFile::open(&stream.path)?;
    let (first, last) = file.span()?;
    let group = stream.kind.log_group();
    let mut described = json!({
        "logStreamName": stream.name,
        "creationTime": first.unwrap_or_else(|| stream.created_at.as_millisecond()),
        "arn": format!("arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:{group}:log-stream:{}", stream.name),
        "storedBytes": 0,
    });
    if let (Some(first), Some(last)) = (first, last) {
        described["firstEventTimestamp"] = json!(first);
        described["lastEventTimestamp"] = json!(last);
        described["lastIngestionTime"] = json!(last);
    }
    Ok(described)
}
