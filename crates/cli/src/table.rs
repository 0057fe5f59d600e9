//! Tables for people: aligned columns without frames, the same in a terminal and in a pipe.

use comfy_table::{ContentArrangement, Table, presets};

/// Renders rows under headings.
pub(crate) fn render<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(headings);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A duration between two RFC 3339 times, such as `1.2s`; a missing end is `now`.
pub(crate) fn duration(started_at: Option<&str>, ended_at: Option<&str>, now: jiff::Timestamp) -> String {
    let Some(start) = started_at.and_then(|text| text.parse::<jiff::Timestamp>().ok()) else {
        return String::new();
    };
    let end = ended_at.and_then(|text| text.parse().ok()).unwrap_or(now);
    seconds(end.duration_since(start).as_secs_f64().max(0.0))
}

/// Seconds as people write them.
pub(crate) fn seconds(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.1}s");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a duration in whole seconds"
    )]
    let whole = seconds as u64;
    if whole < 3600 {
        format!("{}m{:02}s", whole / 60, whole % 60)
    } else {
        format!("{}h{:02}m", whole / 3600, whole / 60 % 60)
    }
}

/// A size in bytes as people write it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_read_well() {
        let now = "2026-01-01T00:01:05Z".parse().unwrap();
        assert_eq!(duration(Some("2026-01-01T00:00:00Z"), None, now), "1m05s");
        assert_eq!(duration(Some("2026-01-01T00:00:00Z"), Some("2026-01-01T00:00:01.250Z"), now), "1.2s");
        assert_eq!(duration(None, None, now), "");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1_500_000), "1.5 MB");
    }

    #[test]
    fn columns_are_aligned_without_trailing_space() {
        let text = render(["step", "state"], [["a".into(), "Succeeded".into()], ["long".into(), "x".into()]]);
        assert_eq!(text, "step  state\na     Succeeded\nlong  x");
    }
}
