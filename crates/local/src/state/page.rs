//! Pages of lists, with tokens that stay valid while the list grows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use crate::engine::{Error, List, SortOrder};

/// The longest page, and the default.
const MAX_RESULTS: u32 = 100;

/// One entry of a list with what it is sorted by.
#[derive(Debug, Clone)]
pub struct Entry<T> {
    /// Unique, and in order when compared as text; see [`time_key`].
    pub key: String,
    /// The entry itself.
    pub value: T,
}

/// A key that sorts by time, then by name.
pub fn time_key(time: Timestamp, name: &str) -> String {
    format!("{:016} {name}", time.as_millisecond().max(0))
}

/// One page of `entries`, and the token of the next page. `list` names the list, so that a token of another list is
/// refused. The token holds the key of the last entry of the page: what is added meanwhile shifts nothing.
pub fn page<T>(
    list: &str,
    mut entries: Vec<Entry<T>>,
    order: SortOrder,
    request: &List,
) -> Result<(Vec<T>, Option<String>), Error> {
    let refused = || Error::validation("Invalid NextToken");
    entries.sort_by(|left, right| match order {
        SortOrder::Ascending => left.key.cmp(&right.key),
        SortOrder::Descending => right.key.cmp(&left.key),
    });
    if let Some(token) = &request.next_token {
        let decoded = URL_SAFE_NO_PAD.decode(token).map_err(|_| refused())?;
        let decoded = String::from_utf8(decoded).map_err(|_| refused())?;
        let after =
            decoded.strip_prefix(list).and_then(|rest| rest.strip_prefix('\n')).ok_or_else(refused)?;
        entries.retain(|entry| match order {
            SortOrder::Ascending => entry.key.as_str() > after,
            SortOrder::Descending => entry.key.as_str() < after,
        });
    }
    let size = request.max_results.unwrap_or(MAX_RESULTS).clamp(1, MAX_RESULTS) as usize;
    let more = entries.len() > size;
    entries.truncate(size);
    let token =
        entries.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(format!("{list}\n{}", last.key)));
    Ok((entries.into_iter().map(|entry| entry.value).collect(), token))
}
