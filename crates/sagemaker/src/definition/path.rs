//! Paths into JSON: `ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri`, `metrics.mse[0]`.

use serde_json::Value;
use std::fmt;

/// The members by which entries of the API's named lists are found.
const NAME_MEMBERS: &[&str] = &["OutputName", "InputName", "MetricName", "ChannelName"];

/// A parsed path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Its parts, never empty.
    pub segments: Vec<Segment>,
}

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// `.Member`
    Member(String),
    /// `[3]`
    Index(usize),
    /// `['key']`: a key of a map, or the name of an entry of a named list.
    Key(String),
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Member(member) if position == 0 => formatter.write_str(member)?,
                Segment::Member(member) => write!(formatter, ".{member}")?,
                Segment::Index(index) => write!(formatter, "[{index}]")?,
                Segment::Key(key) => write!(formatter, "['{key}']")?,
            }
        }
        Ok(())
    }
}

impl Path {
    /// Reads a path. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (segment, after) = bracket(inner).ok_or_else(|| format!("bad index in path '{text}'"))?;
                segments.push(segment);
                rest = after;
            } else {
                let member = match rest.strip_prefix('.') {
                    Some(member) if !segments.is_empty() => member,
                    None if segments.is_empty() => rest,
                    _ => return Err(format!("bad path '{text}'")),
                };
                let end = member.find(['.', '[']).unwrap_or(member.len());
                if end == 0 {
                    return Err(format!("bad path '{text}'"));
                }
                segments.push(Segment::Member(member[..end].trim_matches('"').to_owned()));
                rest = &member[end..];
            }
        }
        if segments.is_empty() { Err("empty path".to_owned()) } else { Ok(Self { segments }) }
    }

    /// What the path leads to.
    pub fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.segments.iter().try_fold(value, |value, segment| match segment {
            Segment::Member(name) => value.get(name),
            Segment::Index(index) => value.get(index),
            Segment::Key(key) => match value {
                Value::Array(items) => items.iter().find(|item| {
                    NAME_MEMBERS.iter().any(|member| item.get(member).and_then(Value::as_str) == Some(key))
                }),
                other => other.get(key),
            },
        })
    }
}

/// The inside of a bracket and what follows it.
fn bracket(inner: &str) -> Option<(Segment, &str)> {
    if let Some(quote @ ('\'' | '"')) = inner.chars().next() {
        let end = inner[1..].find(quote)? + 1;
        let after = inner[end + 1..].strip_prefix(']')?;
        return Some((Segment::Key(inner[1..end].to_owned()), after));
    }
    let (index, after) = inner.split_once(']')?;
    Some((Segment::Index(index.parse().ok()?), after))
}
