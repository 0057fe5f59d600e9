//! Whole numbers that do not fit into 64 bits.
//!
//! The JSON reader would turn them into floating-point numbers without a word, and a step would get another
//! value than the one that was written.

use super::position::Cursor;
use crate::{Code, Diagnostic};

/// Digits below which every whole number fits.
const SAFE_DIGITS: usize = 18;

/// Reports every whole number outside the text's strings that does not fit.
pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    let bytes = text.as_bytes();
    let mut cursor = Cursor::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let end = bytes[at..]
                    .iter()
                    .position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
                    .map_or(bytes.len(), |length| at + length);
                let number = &text[at..end];
                if number.len() > SAFE_DIGITS && !fits(number) {
                    found.push(problem(number, cursor.position_at(at)));
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

fn fits(number: &str) -> bool {
    number.contains(['.', 'e', 'E']) || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok()
}

/// Returns the offset behind the closing quote of the string that opens at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

fn problem(number: &str, place: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::new(
        Code::NumberTooLarge,
        format!("the whole number {number} does not fit into 64 bits, at {place}"),
    )
    .hint("pass it as text and convert it in the step")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_outside_strings_count() {
        let fine = r#"{"a": 18446744073709551615, "b": -9223372036854775808, "c": 1e400,
            "d": 123456789012345678901234567890.5, "e": "99999999999999999999 \" 99999999999999999999"}"#;
        assert_eq!(check(fine), []);
        let found = check("{\n \"a\": [1, 18446744073709551616]}");
        assert_eq!(found.len(), 1);
        assert!(found[0].message.ends_with("at line 2 column 11"), "{}", found[0].message);
    }
}
