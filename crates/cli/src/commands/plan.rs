//! `sagewright plan`: everything that can be checked and shown before anything is paid for.

use sagewright_sagemaker::lower;
use std::process::ExitCode;

use crate::compile::compile;
use crate::failure::Result;
use crate::home::Home;
use crate::printer::Printer;
use crate::stack::Chosen;
use crate::submit;
use crate::table;
use crate::trace;

/// Show what would be submitted; checks everything, changes nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A Python file or module, with `:PIPELINE` if it holds several, or a spec in JSON
    #[arg(value_name = "TARGET")]
    target: String,
    /// The stack to plan for; the active one by default
    #[arg(long, value_name = "STACK")]
    stack: Option<String>,
    /// A pipeline parameter; may be given several times
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Print the pipeline definition that would be submitted
    #[arg(long, conflicts_with = "json")]
    definition: bool,
    /// Print the plan as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: Args, printer: Printer) -> Result<ExitCode> {
    let trace = trace::trace(&args.target).await?;
    let stack = Chosen::find(args.stack.as_deref(), &Home::find()?).await?;
    compile(&trace, None, &stack, &args.parameters)?;
    let archive = submit::pack(&trace, printer)?;
    let code = archive.as_ref().map(|archive| archive.hash.clone());
    let compiled = compile(&trace, code, &stack, &args.parameters)?;
    if args.definition {
        printer.data(lower(&compiled.plan).to_json_pretty());
    } else if args.json {
        printer.json(&compiled.plan);
    } else {
        let rows = compiled.plan.steps.iter().map(|step| {
            [
                step.name.clone(),
                step.kind.as_str().to_owned(),
                step.instance_type.clone(),
                step.image.clone(),
                step.depends_on.join(", "),
            ]
        });
        printer.data(table::render(["STEP", "JOB", "INSTANCE", "IMAGE", "DEPENDS ON"], rows));
    }
    Ok(ExitCode::SUCCESS)
}
