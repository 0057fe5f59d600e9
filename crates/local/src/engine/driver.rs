//! Events to journals, journals to machines, machines to deeds.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use super::machine::{Action, Event, Graph, Machine, What};
use super::{Error, Executor};
use crate::state::{Executions, Log, Pipelines, Results, Tags, Tokens};

/// What an engine needs to know.
#[derive(Clone)]
pub struct Options {
    /// The endpoint's state directory; see [`crate::state`] for what the engine keeps in it.
    pub state_dir: PathBuf,
    /// `us-east-1`.
    pub region: String,
    /// `000000000000`.
    pub account_id: String,
    /// The clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// For tests: where to die.
    pub fault: Option<FaultPoint>,
}

/// A place at which the process aborts, so that tests can see what survives. Counts journal entries of this process,
/// over all executions, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPoint {
    /// Right before the entry with this number is written.
    BeforeEntry(u64),
    /// Right after the entry with this number was written, before anything else happens.
    AfterEntry(u64),
}

/// Runs pipelines. Cheap to clone; all methods may be called from many tasks.
#[derive(Clone)]
pub struct Engine {
    pub(super) inner: Arc<Inner>,
}

/// Locks are taken in the order of the fields; none is held across an await.
pub(super) struct Inner {
    pub(super) options: Options,
    pub(super) executor: Arc<dyn Executor>,
    /// Held by whoever creates, starts, stops or retries something: two requests with one token must not both act.
    pub(super) commands: Mutex<()>,
    /// The executions under way.
    pub(super) active: Mutex<HashMap<String, Arc<Mutex<Live>>>>,
    pub(super) registry: Mutex<Registry>,
    /// Finished executions that were looked at lately.
    pub(super) finished: Mutex<VecDeque<(String, Arc<Machine>)>>,
    /// Definitions that were used lately, by hash.
    pub(super) graphs: Mutex<VecDeque<(String, Arc<Graph>)>>,
    pub(super) results: Results,
    pub(super) closed: AtomicBool,
    entries: AtomicU64,
    pub(super) changes: watch::Sender<u64>,
}

/// Everything with a list.
pub(super) struct Registry {
    pub(super) pipelines: Pipelines,
    pub(super) executions: Executions,
    pub(super) tags: Tags,
    pub(super) tokens: Tokens,
}

/// An execution under way.
pub(super) struct Live {
    pub(super) machine: Machine,
    journal: Log<Event>,
}

/// How many finished executions and definitions are kept in memory.
const KEPT: usize = 8;
/// How many steps the finished executions in memory may have together; one execution is always kept. A step with its job
/// takes about 20 KB.
const KEPT_STEPS: usize = 1000;

/// A lock whose holder cannot leave broken data behind: everything is changed after the fallible part.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Reads the state directory and goes on with every execution that is not over. Must be called in a tokio runtime.
    pub async fn open(options: Options, executor: Arc<dyn Executor>) -> Result<Self, Error> {
        let opened = tokio::task::spawn_blocking(move || Inner::open(options, executor)).await;
        let inner = opened.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))?;
        let engine = Self { inner: Arc::new(inner) };
        engine.recover();
        Ok(engine)
    }

    /// Stops acting and journaling; running jobs are left alone, for the next [`Engine::open`] to adopt.
    pub async fn shutdown(&self) {
        self.inner.closed.store(true, Ordering::SeqCst);
        let live: Vec<_> = lock(&self.inner.active).drain().map(|(_, live)| live).collect();
        let sync = move || {
            for live in live {
                if let Err(error) = lock(&live).journal.sync() {
                    tracing::warn!(%error, "could not sync a journal");
                }
            }
        };
        // A panic in there has nothing to tell here: the journals are whole as they are.
        let _ = tokio::task::spawn_blocking(sync).await;
    }

    /// Whether no execution is under way.
    pub fn is_idle(&self) -> bool {
        lock(&self.inner.active).is_empty()
    }

    /// A receiver that sees a new number whenever anything changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.inner.options.now)()
    }

    /// Takes in what happened in an execution: journals it, lets the machine take it, acts. Returns whether it was
    /// news. Executions that are over take no news.
    pub(super) fn deliver(&self, id: &str, at: Timestamp, what: What) -> Result<bool, Error> {
        if self.inner.closed.load(Ordering::SeqCst) {
            return Ok(false);
        }
        let Some(live) = lock(&self.inner.active).get(id).cloned() else { return Ok(false) };
        let mut live = lock(&live);
        self.deliver_to(&mut live, at, what)
    }

    pub(super) fn deliver_to(&self, live: &mut Live, at: Timestamp, what: What) -> Result<bool, Error> {
        if !live.machine.is_news(&what) {
            return Ok(false);
        }
        // The clock may jump; an execution's own time does not run backwards.
        let event = Event { at: at.max(live.machine.modified_at()), what };
        self.inner.append(&mut live.journal, &event)?;
        let actions = live.machine.apply(&event);
        self.publish(&live.machine);
        self.perform(live, actions);
        Ok(true)
    }

    /// Makes the execution's state visible to lists and watchers.
    pub(super) fn publish(&self, machine: &Machine) {
        let mut registry = lock(&self.inner.registry);
        if let Some(mut summary) = registry.executions.get(&machine.header().id).cloned() {
            summary.update(machine);
            registry.executions.set(summary);
        }
        drop(registry);
        self.inner.changes.send_modify(|number| *number += 1);
    }

    pub(super) fn perform(&self, live: &Live, actions: Vec<Action>) {
        let id = &live.machine.header().id;
        for action in actions {
            match action {
                Action::Remember { key, job } => {
                    if let Err(error) = self.inner.results.put(&key, *job) {
                        tracing::warn!(%error, "could not keep a result for later executions");
                    }
                }
                Action::Finished(_) => self.finish(live),
                other => self.spawn(id.clone(), other),
            }
        }
    }

    /// Puts a finished execution away. If the list cannot be written now, that is tried until it can.
    fn finish(&self, live: &Live) {
        let id = live.machine.header().id.clone();
        match self.try_finish(live) {
            Ok(()) => {}
            Err(error) => {
                tracing::error!(%error, execution = id, "could not note the end of an execution, trying again");
                self.finish_later(id);
            }
        }
    }

    pub(super) fn try_finish(&self, live: &Live) -> Result<(), Error> {
        let id = &live.machine.header().id;
        live.journal.sync()?;
        let mut registry = lock(&self.inner.registry);
        if let Some(summary) = registry.executions.get(id).cloned() {
            registry.executions.put(summary)?;
        }
        drop(registry);
        self.inner.keep_finished(Arc::new(live.machine.clone()));
        lock(&self.inner.active).remove(id);
        self.inner.changes.send_modify(|number| *number += 1);
        Ok(())
    }
}

impl Inner {
    fn open(options: Options, executor: Arc<dyn Executor>) -> Result<Self, Error> {
        let state_dir = &options.state_dir;
        crate::state::create_folder(state_dir)?;
        let registry = Registry {
            pipelines: Pipelines::open(state_dir)?,
            executions: Executions::open(state_dir)?,
            tags: Tags::open(state_dir)?,
            tokens: Tokens::open(state_dir)?,
        };
        Ok(Self {
            results: Results::open(state_dir)?,
            executor,
            commands: Mutex::new(()),
            active: Mutex::new(HashMap::new()),
            registry: Mutex::new(registry),
            finished: Mutex::new(VecDeque::new()),
            graphs: Mutex::new(VecDeque::new()),
            closed: AtomicBool::new(false),
            entries: AtomicU64::new(0),
            changes: watch::Sender::new(0),
            options,
        })
    }

    fn append(&self, journal: &mut Log<Event>, event: &Event) -> Result<(), Error> {
        let number = self.entries.fetch_add(1, Ordering::SeqCst) + 1;
        if self.options.fault == Some(FaultPoint::BeforeEntry(number)) {
            std::process::abort();
        }
        journal.append(event)?;
        if self.options.fault == Some(FaultPoint::AfterEntry(number)) {
            std::process::abort();
        }
        Ok(())
    }

    pub(super) fn keep_finished(&self, machine: Arc<Machine>) {
        let mut finished = lock(&self.finished);
        let id = machine.header().id.clone();
        finished.retain(|(kept, _)| *kept != id);
        finished.push_front((id, machine));
        let mut steps = 0;
        let fitting = finished.iter().take(KEPT).take_while(|(_, machine)| {
            steps += machine.graph().document.steps.len();
            steps <= KEPT_STEPS
        });
        let fitting = fitting.count().max(1);
        finished.truncate(fitting);
    }

    pub(super) fn keep_graph(&self, hash: &str, graph: &Arc<Graph>) {
        let mut graphs = lock(&self.graphs);
        graphs.retain(|(kept, _)| kept != hash);
        graphs.push_front((hash.to_owned(), Arc::clone(graph)));
        graphs.truncate(KEPT);
    }
}

impl Live {
    pub(super) fn new(machine: Machine, journal: Log<Event>) -> Self {
        Self { machine, journal }
    }
}
