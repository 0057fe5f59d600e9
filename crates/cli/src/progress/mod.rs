//! Following a run: polls its status, shows each change once, and ends when the run ends.

mod lines;
mod terminal;

use sagewright_aws::RunStatus;
use std::time::Duration;

use crate::failure::Result;
use crate::printer::Printer;
use crate::stack::Stack;

/// How often a run is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// The shortest time between two looks; right after a change the next one is near.
    shortest: Duration,
    /// The longest time between two looks at a run that does not change.
    longest: Duration,
    /// How long answers may fail to come before following is given up; the run itself goes on anyway.
    patience: Option<Duration>,
}

impl Pace {
    /// On this machine a step may take milliseconds, and an endpoint that does not answer is gone.
    pub(crate) const LOCAL: Self = Self {
        shortest: Duration::from_millis(10),
        longest: Duration::from_millis(500),
        patience: Some(Duration::from_mins(1)),
    };
    /// Amazon's jobs take minutes and its requests are rationed. A laptop may sleep in between for as long as it likes.
    pub(crate) const AMAZON: Self =
        Self { shortest: Duration::from_secs(1), longest: Duration::from_secs(15), patience: None };
    /// Another implementation of the same API, as fast as a machine nearby.
    pub(crate) const ELSEWHERE: Self =
        Self { shortest: Duration::from_millis(50), longest: Duration::from_secs(2), patience: None };

    /// The time between two looks for new lines of output.
    pub(crate) fn of_logs(self) -> Duration {
        (self.shortest * 4).clamp(Duration::from_millis(300), Duration::from_secs(3))
    }
}

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
pub(crate) async fn follow(
    stack: &Stack,
    execution_arn: &str,
    view: &mut dyn View,
    printer: Printer,
) -> Result<RunStatus> {
    let pace = stack.pace;
    let mut interval = pace.shortest;
    let mut last = String::new();
    let mut silent_since: Option<tokio::time::Instant> = None;
    loop {
        let asked = tokio::time::Instant::now();
        match stack.client.describe_run(execution_arn).await {
            Ok(run) => {
                silent_since = None;
                view.update(&run);
                if run.state.is_final() {
                    view.finish();
                    return Ok(run);
                }
                let seen = fingerprint(&run);
                interval = if seen == last { (interval * 3 / 2).min(pace.longest) } else { pace.shortest };
                last = seen;
            }
            Err(error) if error.is_unreachable() => {
                if silent_since.is_none() && pace.patience.is_none() {
                    printer.warning(format_args!("{error}; the run goes on, and so does the waiting"));
                }
                let since = *silent_since.get_or_insert(asked);
                if pace.patience.is_some_and(|patience| since.elapsed() > patience) {
                    view.finish();
                    return Err(error.into());
                }
                interval = pace.longest;
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
