//! `sagewright run`: trace, check, submit, follow.

use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

use super::doctor;
use crate::compile::{Compiled, compile};
use crate::failure::{Failure, Result};
use crate::home::Home;
use crate::printer::Printer;
use crate::progress;
use crate::report::{self, FailedStep};
use crate::stack::{Chosen, Stack};
use crate::submit;
use crate::trace;
use sagewright_aws::{RunState, RunStatus};

/// Run a pipeline and follow it to its end.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A Python file or module, with `:PIPELINE` if it holds several, or a spec in JSON
    #[arg(value_name = "TARGET", required_unless_present = "trace")]
    target: Option<String>,
    /// The stack to run on; the active one by default
    #[arg(long, value_name = "STACK")]
    stack: Option<String>,
    /// A pipeline parameter; may be given several times
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Return when the run is started, and print its id
    #[arg(long)]
    detach: bool,
    /// Submit without looking for what would make the run fail
    #[arg(long)]
    no_preflight: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// Read a trace document that a front wrote, instead of tracing TARGET
    #[arg(long, value_name = "FILE", hide = true, conflicts_with = "target")]
    trace: Option<PathBuf>,
    /// Write the result as JSON to this file as well
    #[arg(long, value_name = "FILE", hide = true)]
    result_file: Option<PathBuf>,
}

/// The exit code after Ctrl-C, as shells have it: how the run ends is not known.
const LEFT: u8 = 130;

/// What a run came to, for programs.
#[derive(Debug, Serialize)]
struct Outcome<'a> {
    run_id: &'a str,
    execution_arn: &'a str,
    pipeline: &'a str,
    status: &'a str,
    cause: Option<String>,
    failed_steps: &'a [FailedStep],
}

pub(crate) async fn run(args: Args, printer: Printer) -> Result<ExitCode> {
    let trace = match (&args.trace, &args.target) {
        (Some(file), _) => trace::read_document(file)?,
        (None, Some(target)) => trace::trace(target).await?,
        (None, None) => return Err(Failure::input("there is nothing to run: name a file or a module")),
    };
    let home = Home::find()?;
    let chosen = Chosen::find(args.stack.as_deref(), &home).await?;
    // The pipeline is checked before its code is packed, so that every mistake is found before work is done.
    compile(&trace, None, &chosen, &args.parameters)?;
    let archive = submit::pack(&trace, printer)?;
    let code = archive.as_ref().map(|archive| archive.hash.clone());
    let compiled = compile(&trace, code, &chosen, &args.parameters)?;

    let detach = args.detach || !chosen.is_synchronous(compiled.pipeline.pipeline());
    let facts = chosen.facts();
    let stack = chosen.open(&home).await?;
    let checked = if args.no_preflight {
        Ok(())
    } else {
        doctor::before_run(&facts, &stack, &compiled.plan, printer).await
    };
    let outcome = match checked {
        Ok(()) => submit_and_follow(&args, detach, &compiled, archive.as_ref(), &stack, printer).await,
        Err(failure) => Err(failure),
    };
    stack.close(printer).await?;
    outcome
}

async fn submit_and_follow(
    args: &Args,
    detach: bool,
    compiled: &Compiled,
    archive: Option<&sagewright_image::code::CodeArchive>,
    stack: &Stack,
    printer: Printer,
) -> Result<ExitCode> {
    let submitted = submit::submit(compiled, archive, stack).await?;
    let arn = submitted.execution_arn.as_str();
    let run_id = arn.rsplit('/').next().unwrap_or(arn);
    let pipeline = compiled.pipeline.pipeline();
    printer.talk(format_args!("run {run_id} of `{}` on stack `{}`", pipeline.name, stack.name));
    say_where(stack, run_id, printer);

    if detach {
        printer.talk(format_args!("follow it with `sagewright runs watch {run_id}`"));
        let outcome = Outcome {
            run_id,
            execution_arn: arn,
            pipeline: &pipeline.name,
            status: RunState::Executing.as_str(),
            cause: None,
            failed_steps: &[],
        };
        publish(args, &outcome, printer)?;
        if !args.json {
            printer.data(run_id);
        }
        return Ok(ExitCode::SUCCESS);
    }

    let steps = pipeline.steps.iter().map(|step| step.name.clone()).collect();
    let run = if stack.is_local() {
        follow_or_stop(stack, arn, steps, printer).await?
    } else {
        match follow_or_leave(stack, arn, steps, printer).await? {
            Some(run) => run,
            None => return Ok(ExitCode::from(LEFT)),
        }
    };
    let failed = report::failed_steps(stack, &run).await?;
    report::print(printer, &run, &failed);
    report::print_end(printer, &run);
    let cause = failed
        .first()
        .and_then(|step| step.cause.as_ref().map(report::headline).or_else(|| step.failure_reason.clone()));
    let outcome = Outcome {
        run_id,
        execution_arn: arn,
        pipeline: &pipeline.name,
        status: run.state.as_str(),
        cause: cause.or_else(|| run.failure_reason.clone()),
        failed_steps: &failed,
    };
    publish(args, &outcome, printer)?;
    Ok(exit_code(&run))
}

/// Says where a run on AWS can be seen.
fn say_where(stack: &Stack, run_id: &str, printer: Printer) {
    if stack.is_local() {
        return;
    }
    let region = stack.session.region();
    let visible = format!("it is visible from now on: `sagewright runs show {run_id}`");
    let Some(links) = stack.links() else {
        let url = stack.session.endpoint_url().unwrap_or_default();
        printer.talk(format_args!("it runs on {url} as {region}"));
        printer.talk(visible);
        return;
    };
    printer.talk(format_args!(
        "it runs on Amazon SageMaker in {region}; a step takes minutes to start where no instance is warm"
    ));
    printer.talk(format_args!("{visible}, and"));
    printer.talk(format_args!("  SageMaker Studio, under Pipelines  {}", links.studio));
    printer.talk(format_args!("  logs of training jobs              {}", links.training_logs));
    printer.talk(format_args!("  logs of processing jobs            {}", links.processing_logs));
}

/// Follows a remote run; Ctrl-C leaves it going and gives nothing.
async fn follow_or_leave(
    stack: &Stack,
    arn: &str,
    steps: Vec<String>,
    printer: Printer,
) -> Result<Option<RunStatus>> {
    let mut view = progress::view(printer, steps);
    tokio::select! {
        outcome = progress::follow(stack, arn, view.as_mut(), printer) => return outcome.map(Some),
        () = interrupted() => {}
    }
    view.finish();
    let run_id = arn.rsplit('/').next().unwrap_or(arn);
    printer.talk("the run goes on without this command");
    printer.talk(format_args!(
        "`sagewright runs watch {run_id}` follows it again, `sagewright runs stop {run_id}` stops it"
    ));
    Ok(None)
}

/// Follows a run of this machine; Ctrl-C stops it, and a second one leaves at once.
async fn follow_or_stop(stack: &Stack, arn: &str, steps: Vec<String>, printer: Printer) -> Result<RunStatus> {
    let mut view = progress::view(printer, steps);
    tokio::select! {
        outcome = progress::follow(stack, arn, view.as_mut(), printer) => return outcome,
        () = interrupted() => {}
    }
    view.finish();
    printer.talk("stopping the run; once more to leave without waiting");
    match stack.client.stop(arn, &uuid::Uuid::new_v4().to_string()).await {
        Ok(()) | Err(sagewright_aws::Error::Refused { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    tokio::select! {
        outcome = progress::follow(stack, arn, view.as_mut(), printer) => outcome,
        () = interrupted() => Ok(stack.client.describe_run(arn).await?),
    }
}

/// Returns at the next Ctrl-C or SIGTERM.
pub(crate) async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

fn publish(args: &Args, outcome: &Outcome<'_>, printer: Printer) -> Result<()> {
    if let Some(file) = &args.result_file {
        let text = serde_json::to_string(outcome).expect("an outcome has only text keys");
        fs_err::write(file, text).map_err(Failure::input_error)?;
    }
    if args.json {
        printer.json(outcome);
    }
    Ok(())
}

/// 0 for a run that succeeded, 1 for every other end.
pub(crate) fn exit_code(run: &RunStatus) -> ExitCode {
    ExitCode::from(u8::from(run.state != RunState::Succeeded))
}
