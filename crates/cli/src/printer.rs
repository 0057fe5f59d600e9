//! The only way to print: data to stdout, talk to stderr, colour only where a terminal takes it.

use anstyle::{AnsiColor, Style};
use sagewright_spec::Diagnostic;
use std::fmt::Display;
use std::io::{IsTerminal, Write};

const RED: Style = AnsiColor::Red.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Where output goes. Cheap to copy: it holds no stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    talk_to_terminal: bool,
}

#[expect(clippy::unused_self, reason = "holding a printer is the permission to print")]
impl Printer {
    /// Looks once whether stderr is a terminal.
    pub(crate) fn new() -> Self {
        Self { talk_to_terminal: std::io::stderr().is_terminal() }
    }

    /// Whether stderr is a terminal, so that lines may be redrawn.
    pub(crate) fn is_terminal(self) -> bool {
        self.talk_to_terminal
    }

    /// Data: what a script reads.
    pub(crate) fn data(self, text: impl Display) {
        // A closed pipe (`| head`) is the reader's choice and no error of ours.
        let _ = writeln!(anstream::stdout().lock(), "{text}");
    }

    /// JSON data, readable by people too.
    pub(crate) fn json(self, value: &impl serde::Serialize) {
        let text = serde_json::to_string_pretty(value).expect("our own output types have only text keys");
        self.data(text);
    }

    /// Raw bytes of data, such as an artifact.
    pub(crate) fn bytes(self, bytes: &[u8]) {
        let _ = std::io::stdout().lock().write_all(bytes);
    }

    /// A line for the person, not for scripts.
    pub(crate) fn talk(self, text: impl Display) {
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// A question: the answer is typed on the same line.
    pub(crate) fn ask(self, text: impl Display) {
        let mut stderr = anstream::stderr().lock();
        let _ = write!(stderr, "{text}").and_then(|()| stderr.flush());
    }

    /// An error line.
    pub(crate) fn error(self, text: impl Display) {
        self.talk(format_args!("{RED}error{RED:#}: {text}"));
    }

    /// A warning line.
    pub(crate) fn warning(self, text: impl Display) {
        self.talk(format_args!("{YELLOW}warning{YELLOW:#}: {text}"));
    }

    /// A way out, after an error.
    pub(crate) fn hint(self, text: &str) {
        self.talk(format_args!("\n{CYAN}hint{CYAN:#}: {text}"));
    }

    /// A problem of the user's pipeline.
    pub(crate) fn diagnostic(self, diagnostic: &Diagnostic) {
        self.talk(format_args!("{diagnostic}\n"));
    }
}

/// `text` in the colour of a state: green for done, red for failed, yellow for stopped.
pub(crate) fn state(text: &str) -> String {
    let style = match text {
        "Succeeded" => GREEN,
        "Failed" | "CompletedWithFailures" => RED,
        "Stopped" | "Stopping" => YELLOW,
        "Waiting" => DIM,
        _ => CYAN,
    };
    format!("{style}{text}{style:#}")
}

/// The outcome of a check, as wide as the longest of them.
pub(crate) fn outcome(text: &str) -> String {
    let style = match text {
        "ok" => GREEN,
        "failed" => RED,
        "warning" => YELLOW,
        _ => DIM,
    };
    format!("{style}{text:<9}{style:#}")
}

/// `text` in the background of attention.
pub(crate) fn dim(text: impl Display) -> String {
    format!("{DIM}{text}{DIM:#}")
}
