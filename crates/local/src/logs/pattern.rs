//! Filter patterns of plain terms: all of them, optional ones (`?term`), and ones that must be absent (`-term`).

use super::invalid;
use crate::server::ServiceError;

/// A parsed pattern.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    required: Vec<String>,
    optional: Vec<String>,
    excluded: Vec<String>,
}

impl Pattern {
    /// Parses a pattern. Patterns over JSON and over columns are refused: job logs are plain text.
    pub(super) fn parse(text: &str) -> Result<Self, ServiceError> {
        let text = text.trim();
        if text.starts_with(['{', '[', '%']) {
            return Err(invalid("Only filter patterns of plain terms are supported by this endpoint."));
        }
        let mut pattern = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (list, start) = match rest.as_bytes()[0] {
                b'?' => (&mut pattern.optional, 1),
                b'-' => (&mut pattern.excluded, 1),
                _ => (&mut pattern.required, 0),
            };
            let (term, after) = term(&rest[start..])?;
            list.push(term);
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    /// Whether a message is wanted.
    pub(super) fn matches(&self, message: &str) -> bool {
        let has = |term: &String| message.contains(term.as_str());
        self.required.iter().all(has)
            && !self.excluded.iter().any(has)
            && (self.optional.is_empty() || self.optional.iter().any(has))
    }
}

fn term(text: &str) -> Result<(String, &str), ServiceError> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (term, rest) = quoted
            .split_once('"')
            .ok_or_else(|| invalid("Invalid filter pattern: a quotation mark is not closed."))?;
        return Ok((term.to_owned(), rest));
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (term, rest) = text.split_at(end);
    if term.is_empty() {
        return Err(invalid("Invalid filter pattern: a sign without a term."));
    }
    Ok((term.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_required_optional_or_excluded() {
        for (pattern, message, wanted) in [
            ("", "anything", true),
            ("a b", "b then a", true),
            ("a b", "only a", false),
            ("?x ?y", "a y", true),
            ("?x ?y", "z", false),
            ("ERROR -\"out of memory\"", "ERROR: disk", true),
            ("ERROR -\"out of memory\"", "ERROR: out of memory", false),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(message), wanted, "{pattern} on {message}");
        }
    }

    #[test]
    fn other_languages_are_refused() {
        assert!(Pattern::parse("{ $.level = 1 }").is_err());
        assert!(Pattern::parse("\"open").is_err());
    }
}
