//! `submit`: code and spec into the store, the definition to SageMaker, the run's record last.

use sagewright_aws::{Submission, Submitted};
use sagewright_image::code::{self, CodeArchive};
use sagewright_sagemaker::{PIPELINE_TAG, lower};
use sagewright_store::RunRecord;

use crate::compile::Compiled;
use crate::environment;
use crate::failure::{Failure, Result};
use crate::intent::{self, Intent};
use crate::printer::Printer;
use crate::stack::Stack;
use crate::trace::Trace;

/// Packs the code of a trace and shows what looks wrong with it.
pub(crate) fn pack(trace: &Trace, printer: Printer) -> Result<Option<CodeArchive>> {
    let Some(code) = &trace.code else { return Ok(None) };
    let archive = code::pack(&code.root, &code.generated)
        .map_err(|error| Failure::input_error(error).context("the pipeline's code cannot be packed"))?;
    for warning in &archive.warnings {
        printer.warning(warning);
    }
    Ok(Some(archive))
}

/// Submits a compiled pipeline. What a run refers to is stored before the run is started.
pub(crate) async fn submit(
    compiled: &Compiled,
    archive: Option<&CodeArchive>,
    stack: &Stack,
) -> Result<Submitted> {
    let pipeline = compiled.pipeline.pipeline();
    let spec = pipeline.to_canonical_json();
    let spec_hash = pipeline.hash();
    let token = uuid::Uuid::new_v4().to_string();
    let now = jiff::Timestamp::now();
    let display_name = display_name(&compiled.plan.pipeline_name, &token, now);
    let record = RunRecord {
        version: sagewright_store::VERSION,
        run_id: String::new(),
        execution_arn: String::new(),
        pipeline: pipeline.name.clone(),
        spec: spec_hash.clone(),
        code: archive.map(|archive| archive.hash.clone()),
        parameters: compiled.values.clone().into_iter().collect(),
        submitted_at: now,
        submitted_by: Some(environment::user_name()),
        stack: Some(stack.name.clone()),
        pipeline_name: Some(compiled.plan.pipeline_name.clone()),
    };
    let intent = Intent::new(&compiled.plan.pipeline_name, &display_name, record);
    tokio::try_join!(
        async { Ok(stack.store.put_spec(&pipeline.name, &spec_hash, spec.into_bytes()).await?) },
        async { Ok(put_code(archive, stack).await?) },
        keep(&intent, &compiled.plan.pipeline_name, stack),
    )?;
    let definition = lower(&compiled.plan).to_json();
    let submitted = stack
        .client
        .submit(
            &Submission {
                pipeline_name: &compiled.plan.pipeline_name,
                description: compiled.plan.description.as_deref(),
                definition: &definition,
                role_arn: &compiled.plan.role_arn,
                tags: &compiled.plan.pipeline_tags,
                owner_tag: PIPELINE_TAG,
                parameters: &compiled.parameters,
                max_parallel_steps: compiled
                    .plan
                    .max_parallel_steps
                    .map(|steps| i32::try_from(steps).unwrap_or(i32::MAX)),
                display_name: &display_name,
                token: &token,
            },
            &stack.store,
        )
        .await?;
    intent.settle(&submitted.execution_arn, &stack.store).await?;
    Ok(submitted)
}

/// Keeps the intent where the last one was, once that one is settled.
async fn keep(intent: &Intent, pipeline_name: &str, stack: &Stack) -> Result<()> {
    intent::complete(stack, pipeline_name).await?;
    Ok(intent.keep(&stack.store).await?)
}

async fn put_code(archive: Option<&CodeArchive>, stack: &Stack) -> sagewright_store::Result<()> {
    match archive {
        Some(archive) if !stack.store.has_code(&archive.hash).await? => {
            stack.store.put_code(&archive.hash, archive.bytes.clone()).await
        }
        _ => Ok(()),
    }
}

/// A name that no other execution has, within SageMaker's 82 characters: the pipeline, the time, a part of the token.
fn display_name(pipeline: &str, token: &str, now: jiff::Timestamp) -> String {
    let pipeline = pipeline.get(..50).unwrap_or(pipeline).trim_end_matches('-');
    let token = token.get(..8).unwrap_or(token);
    format!("{pipeline}-{}-{token}", now.strftime("%Y%m%d-%H%M%S"))
}
