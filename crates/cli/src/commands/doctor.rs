//! `sagewright doctor`: everything that can be found wrong with a stack before a run is paid for.

use sagewright_aws::preflight::{self, Finding, Outcome};
use sagewright_sagemaker::Plan;
use serde::Serialize;
use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::home::Home;
use crate::printer::{Printer, dim, outcome};
use crate::stack::{Chosen, Facts, Stack};

/// Look for everything that would make a run fail, without starting one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack to look at; the active one by default
    #[arg(long, value_name = "STACK")]
    stack: Option<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// What was found, for programs.
#[derive(Debug, Serialize)]
struct Examination<'a> {
    stack: &'a str,
    ok: bool,
    findings: &'a [Finding],
}

/// The exit code where something is wrong.
const WRONG: u8 = 2;

pub(crate) async fn run(args: Args, printer: Printer) -> Result<ExitCode> {
    let home = Home::find()?;
    let chosen = Chosen::find(args.stack.as_deref(), &home).await?;
    let facts = chosen.facts();
    let stack = chosen.open(&home).await?;
    let findings = preflight::examine(&facts.subject(&stack, None)).await;
    let ok = !findings.iter().any(is_failed);
    if args.json {
        printer.json(&Examination { stack: &stack.name, ok, findings: &findings });
    } else {
        for finding in &findings {
            let Finding { check, outcome: found, message, .. } = finding;
            printer.data(format_args!("{} {check}: {message}", outcome(word(*found))));
            if let Some(hint) = &finding.hint {
                printer.data(format_args!("           {}", dim(hint)));
            }
        }
    }
    stack.close(printer).await?;
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::from(WRONG) })
}

/// The checks before a run: says what is worth saying, and fails when the run would.
pub(crate) async fn before_run(facts: &Facts, stack: &Stack, plan: &Plan, printer: Printer) -> Result<()> {
    if facts.embedded {
        return Ok(());
    }
    let findings = preflight::examine(&facts.subject(stack, Some(plan))).await;
    for finding in findings.iter().filter(|it| it.outcome == Outcome::Warning) {
        printer.warning(format_args!("{}: {}", finding.check, finding.message));
    }
    let failed: Vec<&Finding> = findings.iter().filter(|it| is_failed(it)).collect();
    if failed.is_empty() {
        return Ok(());
    }
    for finding in &failed {
        printer.error(format_args!("{}: {}", finding.check, finding.message));
        if let Some(hint) = &finding.hint {
            printer.talk(format_args!("  {}", dim(hint)));
        }
    }
    let problems =
        if failed.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", failed.len()) };
    Err(Failure::input(format!("stack `{}` has {problems}; nothing was submitted", stack.name))
        .hint("`sagewright doctor` shows all checks; `--no-preflight` submits all the same"))
}

fn is_failed(finding: &Finding) -> bool {
    finding.outcome == Outcome::Failed
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Warning => "warning",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
    }
}
