//! Why a run failed: the steps' own records where there are any, SageMaker's reasons otherwise.

use sagewright_aws::causes::{self, Evidence, Explanation};
use sagewright_aws::{JobDetails, LogCursor, RunStatus, StepState, StepStatus};
use sagewright_store::{Cause, StepRecord};
use serde::Serialize;

use crate::failure::Result;
use crate::printer::{Printer, dim, state};
use crate::stack::Stack;
use crate::table::duration;

/// How many of the last lines of output are shown with a failure.
const LOG_LINES: usize = 10;

/// A step that did not succeed, and everything known of why.
#[derive(Debug, Serialize)]
pub(crate) struct FailedStep {
    /// The user's name of the step.
    pub(crate) step: String,
    /// SageMaker's word for where it ended.
    pub(crate) state: StepState,
    /// The job that failed, if one was made.
    pub(crate) job_name: Option<String>,
    /// SageMaker's reason.
    pub(crate) failure_reason: Option<String>,
    /// The supervisor's cause, with the user's own file and line.
    pub(crate) cause: Option<Cause>,
    /// What AWS's reason and the output come to, for failures that the supervisor could not see.
    pub(crate) explanation: Option<Explanation>,
    /// The last lines of the step's output.
    pub(crate) log_tail: Vec<String>,
    /// How long it ran, as text.
    pub(crate) duration: String,
}

/// The steps of a run that failed, each with its cause.
pub(crate) async fn failed_steps(stack: &Stack, run: &RunStatus) -> Result<Vec<FailedStep>> {
    let mut failed = Vec::new();
    for step in &run.steps {
        let details = match (&step.job, step.state) {
            // Details explain more, and a failure to get them must not hide the failure that is being explained.
            (Some(job), StepState::Failed | StepState::Stopped) => stack.client.details(job).await.ok(),
            _ => None,
        };
        // SageMaker calls a job that ran out of time stopped.
        let timed_out = details.as_ref().is_some_and(JobDetails::is_timed_out);
        if step.state == StepState::Failed || (step.state == StepState::Stopped && timed_out) {
            failed.push(failed_step(stack, run, step, details.as_ref()).await?);
        }
    }
    Ok(failed)
}

async fn failed_step(
    stack: &Stack,
    run: &RunStatus,
    step: &StepStatus,
    details: Option<&JobDetails>,
) -> Result<FailedStep> {
    let record = step_record(stack, run, step).await?;
    let log_tail: Vec<String> = match &step.job {
        Some(job) => {
            let lines = stack.client.logs(job, &mut LogCursor::default()).await.unwrap_or_default();
            let skipped = lines.len().saturating_sub(LOG_LINES);
            lines.into_iter().skip(skipped).map(|event| event.message).collect()
        }
        None => Vec::new(),
    };
    let reason = step.failure_reason.as_deref();
    let explanation = causes::explain(&Evidence {
        reason: reason.or_else(|| details.and_then(|it| it.failure_reason.as_deref())),
        secondary_status: details.and_then(|it| it.secondary_status.as_deref()),
        status: Some(step.state.as_str()),
        log_tail: &log_tail,
        instance_type: details.and_then(|it| it.instance_type.as_deref()),
    });
    Ok(FailedStep {
        step: step.name.clone(),
        state: step.state,
        job_name: step.job.as_ref().map(|job| job.name.clone()),
        failure_reason: step.failure_reason.clone(),
        cause: record.and_then(|record| record.cause),
        explanation,
        log_tail,
        duration: duration(step.started_at.as_deref(), step.ended_at.as_deref(), jiff::Timestamp::now()),
    })
}

/// The record of the very job that the step's status speaks of; an older attempt's record would mislead.
pub(crate) async fn step_record(
    stack: &Stack,
    run: &RunStatus,
    step: &StepStatus,
) -> Result<Option<StepRecord>> {
    let Some(job) = &step.job else { return Ok(None) };
    let attempts = stack.store.list_attempts(&run.run_id).await?;
    Ok(attempts.records.into_iter().find(|record| record.job_name == job.name))
}

/// Shows the failed steps and the end of the run.
pub(crate) fn print(printer: Printer, run: &RunStatus, failed: &[FailedStep]) {
    for step in failed {
        print_step(printer, step);
    }
    if failed.is_empty()
        && let Some(reason) = &run.failure_reason
    {
        printer.error(reason);
    }
    if let Some(step) = failed.iter().find(|step| !step.log_tail.is_empty()) {
        printer.hint(&format!(
            "`sagewright runs logs {} --step {}` shows the whole output",
            run.run_id, step.step
        ));
    }
}

fn print_step(printer: Printer, step: &FailedStep) {
    printer.talk("");
    let what = if step.job_name.is_none() && step.state == StepState::Failed {
        "was refused before its job began".to_owned()
    } else if step.state == StepState::Stopped {
        format!("ran out of time after {}", step.duration)
    } else {
        format!("failed after {}", step.duration)
    };
    printer.error(format_args!("step `{}` {what}", step.step));
    if let Some(cause) = &step.cause {
        printer.talk(format_args!("  {}", headline(cause)));
        if let Some(place) = place(cause) {
            printer.talk(format_args!("  --> {place}"));
        }
        if let Some(hint) = &cause.hint {
            printer.talk(format_args!("  {}", dim(format_args!("way out: {hint}"))));
        }
    } else {
        print_explanation(printer, step);
    }
    if !step.log_tail.is_empty() {
        printer.talk(dim("  last lines of its output:"));
        for line in &step.log_tail {
            printer.talk(format_args!("  {} {line}", dim("|")));
        }
    }
}

/// What AWS's reason comes to; the reason itself is shown as well, since it may say more to somebody else.
fn print_explanation(printer: Printer, step: &FailedStep) {
    let reason = step.failure_reason.as_deref();
    let Some(explanation) = &step.explanation else {
        printer.talk(format_args!("  {}", reason.unwrap_or("SageMaker gave no reason")));
        return;
    };
    printer.talk(format_args!("  {}", explanation.sentence));
    if let Some(missing) =
        explanation.missing.as_ref().filter(|it| !explanation.sentence.contains(it.as_str()))
    {
        printer.talk(format_args!("  missing: {missing}"));
    }
    if let Some(hint) = &explanation.hint {
        printer.talk(format_args!("  {}", dim(format_args!("way out: {hint}"))));
    }
    if let Some(fix) = &explanation.fix {
        printer.talk(format_args!("  {}", dim(format_args!("fix: {fix}"))));
    }
    if let Some(reason) = reason.filter(|reason| !explanation.sentence.contains(reason)) {
        printer.talk(format_args!("  {}", dim(format_args!("AWS said: {reason}"))));
    }
}

/// The cause in one line.
pub(crate) fn headline(cause: &Cause) -> String {
    match &cause.exception_type {
        Some(exception) if !cause.message.starts_with(exception.as_str()) => {
            format!("{exception}: {}", cause.message)
        }
        _ => cause.message.clone(),
    }
}

/// The user's own file and line, where the cause has them.
pub(crate) fn place(cause: &Cause) -> Option<String> {
    let file = cause.file.as_ref()?;
    let line = cause.line.map(|line| format!(":{line}")).unwrap_or_default();
    let function = cause.function.as_ref().map(|function| format!(" in {function}")).unwrap_or_default();
    Some(format!("{file}{line}{function}"))
}

/// The line that a run ends with.
pub(crate) fn print_end(printer: Printer, run: &RunStatus) {
    let took = duration(run.started_at.as_deref(), run.modified_at.as_deref(), jiff::Timestamp::now());
    printer.talk(format_args!("run {} {} after {took}", run.run_id, state(run.state.as_str())));
}
