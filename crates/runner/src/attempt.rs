//! One attempt at a step, from its claim to its record.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sagewright_store::{ArtifactRecord, Cause, CauseKind, StepRecord, StepState, Store, keys};

use crate::args::Args;
use crate::environment::{self, Environment};
use crate::error::Error;
use crate::ml::{self, Job, MlRoot};
use crate::output_data::Uploads;
use crate::prepare::{self, Prepared};
use crate::protocol::{OutputFolder, STEP_VARIABLE, StepFile, VERSION};
use crate::record::phase;
use crate::signals::Stop;
use crate::worker::{self, Launch, Limits, Tail};
use crate::{clock, failure, outputs, record};

/// How long a job may run when nothing else is said: SageMaker's own default.
const MAX_RUNTIME: Duration = Duration::from_hours(24);
/// What is left for storing and recording once the platform has asked for the end: the worker's grace
/// and this stay below SageMaker's 120 seconds.
const LAST_MOMENTS: Duration = Duration::from_secs(15);

/// Runs a step and gives back the exit code of this program.
pub(crate) async fn run(args: Args) -> u8 {
    let started = Started { at: clock::now(), instant: Instant::now() };
    let root = MlRoot::new(environment::ml_root());
    match supervise(&args, &root, &started).await {
        Ok(()) => 0,
        Err(cause) => {
            // The worker has shown its own exceptions; what only this program knows must be in the log too.
            if cause.traceback.is_none() {
                failure::say(&format!("sagewright-step: {}", cause.summary()));
                if let Some(hint) = &cause.hint {
                    failure::say(&format!("sagewright-step: hint: {hint}"));
                }
            }
            failure::write(&root.failure_file(), &cause);
            failure::exit_code(cause.kind)
        }
    }
}

/// When this program started, as people and as machines count it.
struct Started {
    at: Timestamp,
    instant: Instant,
}

/// An attempt under way.
struct Attempt<'a> {
    environment: &'a Environment,
    root: &'a MlRoot,
    job: &'a Job,
    started: &'a Started,
    store: &'a Store,
    work: PathBuf,
    tail: Tail,
}

async fn supervise(args: &Args, root: &MlRoot, started: &Started) -> Result<(), Cause> {
    let mut stop = Stop::listen().map_err(|error| Cause::new(CauseKind::Setup, error.to_string()))?;
    let environment = environment::read()?;
    let job = root.job(&environment)?;
    let store = Store::open(&environment.store, &environment.connection).map_err(Error::Store)?;
    let mut record = record::claim(&environment, &args.step, &job, started.at);
    let work = fresh(root.work())?;
    let attempt = Attempt {
        environment: &environment,
        root,
        job: &job,
        started,
        store: &store,
        work,
        tail: Tail::default(),
    };

    let prepare = async {
        tokio::select! {
            prepared = prepare::prepare(&store, &environment, &args.step, &attempt.work) => {
                prepared.map_err(Cause::from)
            }
            () = stop.wait() => Err(attempt.limits().stop()),
        }
    };
    let claim = async {
        if job.is_first_host {
            store.claim_attempt(&mut record).await
        } else {
            record.attempt = 1;
            Ok(())
        }
    };
    let (claimed, prepared) = tokio::join!(claim, prepare);
    claimed.map_err(Error::Record)?;

    let outcome = match prepared {
        Ok(prepared) => attempt.run_step(args, prepared, &mut record, &mut stop).await,
        Err(cause) => Err(cause),
    };
    attempt.finish(record, outcome).await
}

impl Attempt<'_> {
    /// Runs the worker and stores what it produced.
    async fn run_step(
        &self,
        args: &Args,
        prepared: Prepared,
        record: &mut StepRecord,
        stop: &mut Stop,
    ) -> Result<Vec<ArtifactRecord>, Cause> {
        let environment = self.environment;
        record.phases.clone_from(&prepared.phases);
        record.inputs.clone_from(&prepared.inputs.sources);
        record.parameters.clone_from(&prepared.inputs.values);
        let launch = self.launch(&prepared, record)?;
        self.root.make_promised_folders(self.job.kind, args.input_data.as_deref())?;
        let mut uploads = Uploads::open(&args.output_data, self.root, &environment.connection)?;

        let began = clock::now();
        let work = async {
            tokio::select! {
                ended = worker::run(&launch, &self.tail, stop.wait(), environment.grace) => ended,
                never = uploads.watch() => match never {},
            }
        };
        let run_record = async {
            if !self.job.is_first_host {
                return;
            }
            // The worker decides about the step; without this record the run is only harder to find.
            let record = record::run(environment, &prepared.pipeline, self.started.at);
            if let Err(error) = self.store.put_run_if_absent(&record).await {
                failure::say(&format!("sagewright-step: the record of the run: {error}"));
            }
        };
        let (ended, ()) = tokio::join!(work, run_record);
        let ended = ended?;
        let stopped = clock::now();
        record.phases.push(phase("run", began, stopped));

        let result_file = self.work.join("result.json");
        let limits = self.limits();
        let verdict = worker::verdict(&ended, &launch.error_file, &self.tail, limits);
        let result = match verdict {
            Some(cause) => Err(cause),
            None => outputs::read_result(&result_file, &prepared.step).map_err(|cause| {
                // A worker that ends on request, without a result, has done nothing wrong.
                if ended.stopped { limits.stop() } else { *cause }
            }),
        };
        let outputs = async {
            match result {
                // Every host has a result of its own, and the first one's counts.
                Ok(_) if !self.job.is_first_host => Ok(Vec::new()),
                Ok(result) => outputs::store(self.store, record, result, &self.work.join("outputs")).await,
                Err(cause) => Err(cause),
            }
        };
        let storing = async { tokio::join!(outputs, uploads.finish()) };
        let (outputs, uploaded) = if ended.stopped {
            let late =
                |_| Cause::new(CauseKind::Stopped, "the step was stopped before its results were stored");
            tokio::time::timeout(LAST_MOMENTS, storing).await.map_err(late)?
        } else {
            storing.await
        };
        record.phases.push(phase("outputs", stopped, clock::now()));
        let outputs = outputs?;
        uploaded?;
        Ok(outputs)
    }

    /// Writes the step file and says how the worker is started.
    fn launch(&self, prepared: &Prepared, record: &StepRecord) -> Result<Launch, Error> {
        let step = &prepared.step;
        let error_file = self.work.join("error.json");
        let result_file = self.work.join("result.json");
        let step_path = self.work.join("step.json");
        let mut folders = indexmap::IndexMap::new();
        for output in &step.outputs {
            let path = self.work.join("outputs").join(&output.name);
            ml::create(&path)?;
            folders.insert(output.name.as_str(), OutputFolder { path });
        }
        let file = StepFile {
            version: VERSION,
            run_id: &record.run_id,
            pipeline: &record.pipeline,
            step: &record.step,
            attempt: record.attempt,
            code: prepared.code.as_deref(),
            inputs: &prepared.inputs.given,
            outputs: folders,
            result: &result_file,
            error: &error_file,
        };
        let json = serde_json::to_vec_pretty(&file).expect("the step file has only text keys");
        fs_err::write(&step_path, json).map_err(|source| Error::Work { path: step_path.clone(), source })?;

        let path = match &self.environment.command_path {
            Some(first) => format!("{first}:{}", self.environment.path),
            None => self.environment.path.clone(),
        };
        Ok(Launch {
            command: step.command.clone(),
            folder: prepared.code.clone(),
            path,
            variables: self.variables(step_path),
            error_file,
        })
    }

    /// The worker's variables on top of this program's own.
    fn variables(&self, step_path: PathBuf) -> BTreeMap<String, OsString> {
        let packed = self.environment.packed.iter();
        let mut variables: BTreeMap<_, _> =
            packed.map(|(name, value)| (name.clone(), OsString::from(value))).collect();
        variables.insert(STEP_VARIABLE.to_owned(), step_path.into_os_string());
        variables
    }

    fn limits(&self) -> Limits {
        let from_job = self.job.max_runtime.map(Duration::from_secs);
        let max_runtime = self.environment.max_runtime.or(from_job).unwrap_or(MAX_RUNTIME);
        Limits { max_runtime, elapsed: self.started.instant.elapsed() }
    }

    /// Writes the end of the log and then the record, and passes the outcome on.
    async fn finish(
        &self,
        mut record: StepRecord,
        outcome: Result<Vec<ArtifactRecord>, Cause>,
    ) -> Result<(), Cause> {
        if let Err(cause) = &outcome {
            // Before anything that can take long: the platform may not wait for the store.
            failure::write(&self.root.failure_file(), cause);
        }
        if !self.job.is_first_host {
            return outcome.map(|_| ());
        }
        let tail = self.tail.bytes();
        if !tail.is_empty() {
            let key = keys::log_tail(&record.run_id, &record.step, record.attempt);
            // A record without the log's end is better than none.
            if self.store.put_bytes(&key, tail).await.is_ok() {
                record.log_tail = Some(key);
            }
        }
        record.ended_at = Some(clock::now());
        let cause = match outcome {
            Ok(outputs) => {
                record.state = StepState::Succeeded;
                record.outputs = outputs;
                None
            }
            Err(cause) => {
                record.state = StepState::Failed;
                record.cause = Some(cause.clone());
                Some(cause)
            }
        };
        match (self.store.put_step(&record).await, cause) {
            (Ok(()), None) => Ok(()),
            (_, Some(cause)) => Err(cause),
            (Err(error), None) => Err(Error::Record(error).into()),
        }
    }
}

/// Makes the folder of the supervisor's own files anew: a job that the platform starts again in the
/// same place must not find what it left there.
fn fresh(work: PathBuf) -> Result<PathBuf, Error> {
    match fs_err::remove_dir_all(&work) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::Work { path: work, source });
        }
        _ => {}
    }
    ml::create(&work)?;
    Ok(work)
}
