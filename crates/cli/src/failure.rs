//! How a command ends badly: whose fault it is, what happened, and the way out.

use sagewright_spec::Diagnostic;
use sagewright_store::components::Problem;
use std::fmt::Display;
use std::process::ExitCode;

use crate::printer::Printer;

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// Whose fault a failure is; decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The user's input is wrong: exit code 2.
    Input,
    /// Ours, the machine's or AWS's: exit code 3.
    Ours,
}

/// A command that could not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    fault: Fault,
    error: anyhow::Error,
    hints: Vec<String>,
    diagnostics: Vec<Diagnostic>,
    problems: Vec<Problem>,
}

impl Failure {
    /// A mistake in what the user gave.
    pub(crate) fn input(message: impl Display) -> Self {
        Self::new(Fault::Input, anyhow::anyhow!("{message}"))
    }

    /// A mistake in what the user gave, seen by a library.
    pub(crate) fn input_error(error: impl Into<anyhow::Error>) -> Self {
        Self::new(Fault::Input, error.into())
    }

    /// Something that was not the user's doing.
    pub(crate) fn fault(error: impl Into<anyhow::Error>) -> Self {
        Self::new(Fault::Ours, error.into())
    }

    /// Problems found in a pipeline, all of them.
    pub(crate) fn diagnostics(diagnostics: Vec<Diagnostic>) -> Self {
        let count = diagnostics.len();
        let problems = if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") };
        Self { diagnostics, ..Self::input(format!("the pipeline has {problems}; nothing was submitted")) }
    }

    /// Problems found in what was to be registered or changed, all of them.
    pub(crate) fn problems(mut problems: Vec<Problem>) -> Self {
        if problems.len() == 1 {
            let Problem { message, hint } = problems.remove(0);
            let failure = Self::input(message);
            return hint.into_iter().fold(failure, Self::hint);
        }
        let count = problems.len();
        Self { problems, ..Self::input(format!("there are {count} problems; nothing was changed")) }
    }

    fn new(fault: Fault, error: anyhow::Error) -> Self {
        Self { fault, error, hints: Vec::new(), diagnostics: Vec::new(), problems: Vec::new() }
    }

    /// Says what was being done when it happened.
    pub(crate) fn context(mut self, what: impl Display + Send + Sync + 'static) -> Self {
        self.error = self.error.context(what.to_string());
        self
    }

    /// Adds a way out.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Prints it and gives the exit code.
    pub(crate) fn report(&self, printer: Printer) -> ExitCode {
        for diagnostic in &self.diagnostics {
            printer.diagnostic(diagnostic);
        }
        for problem in &self.problems {
            printer.error(problem);
            if let Some(hint) = &problem.hint {
                printer.talk(format_args!("  {hint}"));
            }
        }
        let mut causes = self.error.chain();
        if let Some(first) = causes.next() {
            printer.error(first);
        }
        for cause in causes {
            printer.talk(format_args!("  caused by: {cause}"));
        }
        for hint in &self.hints {
            printer.hint(hint);
        }
        if let Some(diagnostic) = self.diagnostics.first() {
            printer.hint(&format!("`sagewright explain {}` says more", diagnostic.code));
        }
        ExitCode::from(match self.fault {
            Fault::Input => 2,
            Fault::Ours => 3,
        })
    }
}

impl From<sagewright_aws::Error> for Failure {
    fn from(error: sagewright_aws::Error) -> Self {
        let hint = error.hint();
        let failure = match &error {
            sagewright_aws::Error::UnknownRun(_) => {
                Self::input_error(error).hint("`sagewright runs list` shows the runs")
            }
            sagewright_aws::Error::Refused { code, .. }
                if code == "ValidationException" || code == "ConflictException" =>
            {
                Self::input_error(error)
            }
            sagewright_aws::Error::Authentication(_) | sagewright_aws::Error::NameTaken { .. } => {
                Self::input_error(error)
            }
            _ => Self::fault(error),
        };
        hint.into_iter().fold(failure, Self::hint)
    }
}

impl From<sagewright_store::Error> for Failure {
    fn from(error: sagewright_store::Error) -> Self {
        Self::fault(error).context("the artifact store did not do as asked")
    }
}

impl From<sagewright_store::records::Error> for Failure {
    fn from(error: sagewright_store::records::Error) -> Self {
        let hint = error.hint();
        let failure = if error.is_input() { Self::input_error(error) } else { Self::fault(error) };
        hint.into_iter().fold(failure, Self::hint)
    }
}
