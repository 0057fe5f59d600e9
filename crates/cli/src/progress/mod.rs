//! Following a run: polls its status, shows each change once, and ends when the run ends.

mod lines;
mod terminal;

use sagewright_aws::{Client, RunStatus};
use std::time::Duration;

use crate::failure::Result;
use crate::printer::Printer;

/// The shortest time between two looks at a run; right after a change the next one is near.
const SHORTEST: Duration = Duration::from_millis(10);
/// The longest time between two looks at a run that does not change.
const LONGEST: Duration = Duration::from_millis(500);
/// How long answers may fail to come before following is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// Shows a run's changes to a person.
pub(crate) trait View: Send {
    /// Called with every status that was read, also with unchanged ones.
    fn update(&mut self, run: &RunStatus);
    /// Called once at the end.
    fn finish(&mut self);
}

/// The view for where stderr goes: redrawn lines on a terminal, appended lines in a pipe.
pub(crate) fn view(printer: Printer, steps: Vec<String>) -> Box<dyn View> {
    if printer.is_terminal() {
        Box::new(terminal::Terminal::new(steps))
    } else {
        Box::new(lines::Lines::new(printer))
    }
}

/// Looks at a run until it has ended; there is no limit to how long that may take.
pub(crate) async fn follow(client: &Client, execution_arn: &str, view: &mut dyn View) -> Result<RunStatus> {
    let mut interval = SHORTEST;
    let mut last = String::new();
    let mut silent_since: Option<tokio::time::Instant> = None;
    loop {
        let asked = tokio::time::Instant::now();
        match client.describe_run(execution_arn).await {
            Ok(run) => {
                silent_since = None;
                view.update(&run);
                if run.state.is_final() {
                    view.finish();
                    return Ok(run);
                }
                let seen = fingerprint(&run);
                interval = if seen == last { (interval * 3 / 2).min(LONGEST) } else { SHORTEST };
                last = seen;
            }
            Err(error) if error.is_unreachable() => {
                let since = *silent_since.get_or_insert(asked);
                if since.elapsed() > PATIENCE {
                    view.finish();
                    return Err(error.into());
                }
                interval = LONGEST;
            }
            Err(error) => {
                view.finish();
                return Err(error.into());
            }
        }
        // A run of thousands of steps takes long to read; looking at it must not become the load itself.
        tokio::time::sleep(interval.max(asked.elapsed() * 4)).await;
    }
}

/// Equal for two statuses between which nothing happened.
fn fingerprint(run: &RunStatus) -> String {
    use std::fmt::Write;
    let mut text = run.state.as_str().to_owned();
    for step in &run.steps {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{}{}", step.state.as_str(), step.attempts);
    }
    text
}
