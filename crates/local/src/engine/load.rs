//! Executions from disk: those that go on after a restart, and those that are over and looked at.

use std::sync::Arc;

use super::driver::{Live, lock};
use super::machine::{Event, FORMAT, Graph, Header, Machine, What};
use super::{Engine, Error};
use crate::state::{Log, Summary, io_error, read_json};
use sagewright_sagemaker::definition::{self, Document};

impl Engine {
    /// Goes on with every execution that is not over.
    pub(super) fn recover(&self) {
        let unfinished: Vec<Summary> = lock(&self.inner.registry)
            .executions
            .all()
            .iter()
            .filter(|summary| !summary.status.is_final())
            .cloned()
            .collect();
        for summary in unfinished {
            if let Err(error) = self.resume(&summary) {
                tracing::error!(%error, execution = summary.arn, "could not go on with an execution");
                self.give_up(summary, &error);
            }
        }
    }

    fn resume(&self, summary: &Summary) -> Result<(), Error> {
        let (machine, journal, events) = self.open_journal(&summary.id)?;
        let mut live = Live::new(machine, journal);
        let outstanding = live.machine.outstanding();
        let live = Arc::new(std::sync::Mutex::new(live));
        lock(&self.inner.active).insert(summary.id.clone(), Arc::clone(&live));
        if events == 0 {
            // It died between its birth and its first entry.
            let (engine, id) = (self.clone(), summary.id.clone());
            tokio::spawn(async move { engine.insist(&id, What::Started).await });
        } else {
            let live = lock(&live);
            // The list is written after the journal: what it says may be older.
            self.publish(&live.machine);
            self.perform(&live, outstanding);
        }
        Ok(())
    }

    /// An execution whose journal cannot be read is over; the truth about it is that nobody knows more.
    fn give_up(&self, mut summary: Summary, error: &Error) {
        lock(&self.inner.active).remove(&summary.id);
        summary.status = super::machine::ExecutionStatus::Failed;
        summary.failure_reason = Some(format!("InternalServerError: {error}"));
        lock(&self.inner.registry).executions.set(summary);
    }

    /// The machine as its journal says, the journal open for more, and how many entries it had.
    pub(super) fn open_journal(&self, id: &str) -> Result<(Machine, Log<Event>, usize), Error> {
        let path = lock(&self.inner.registry).executions.folder(id).join("journal.log");
        let (journal, events) = Log::<Event>::open(&path)?;
        let machine = self.replay(id, &events)?;
        Ok((machine, journal, events.len()))
    }

    fn replay(&self, id: &str, events: &[Event]) -> Result<Machine, Error> {
        let path = lock(&self.inner.registry).executions.folder(id).join("execution.json");
        let damaged =
            |message: &str| Error::Damaged { path: path.clone(), line: 1, message: message.to_owned() };
        let header: Header = read_json(&path)?.ok_or_else(|| damaged("the file is missing"))?;
        if header.format != FORMAT {
            return Err(damaged("it was written by another version"));
        }
        let graph = self.graph(&header.definition)?;
        let mut machine = Machine::new(Arc::new(header), graph);
        for event in events {
            // What was to be done then was done then, or is asked for again by `outstanding`.
            machine.apply(event);
        }
        Ok(machine)
    }

    /// The parsed definition behind a hash.
    pub(super) fn graph(&self, hash: &str) -> Result<Arc<Graph>, Error> {
        let kept = lock(&self.inner.graphs)
            .iter()
            .find(|(kept, _)| kept == hash)
            .map(|(_, graph)| Arc::clone(graph));
        if let Some(graph) = kept {
            return Ok(graph);
        }
        let text = self.definition_text(hash)?;
        let document =
            Document::parse(&text).map_err(|problems| Error::validation(definition::describe(&problems)))?;
        let graph = Arc::new(Graph::new(document));
        self.inner.keep_graph(hash, &graph);
        Ok(graph)
    }

    pub(super) fn definition_text(&self, hash: &str) -> Result<String, Error> {
        let path = lock(&self.inner.registry).pipelines.definition_path(hash);
        fs_err::read_to_string(&path).map_err(io_error("read", &path))
    }

    /// Looks at an execution, under way or over.
    pub(super) fn look<T>(&self, id: &str, look: impl FnOnce(&Machine) -> T) -> Result<T, Error> {
        let live = lock(&self.inner.active).get(id).cloned();
        if let Some(live) = live {
            return Ok(look(&lock(&live).machine));
        }
        let kept = lock(&self.inner.finished)
            .iter()
            .find(|(kept, _)| kept == id)
            .map(|(_, machine)| Arc::clone(machine));
        if let Some(machine) = kept {
            return Ok(look(&machine));
        }
        let path = lock(&self.inner.registry).executions.folder(id).join("journal.log");
        let machine = Arc::new(self.replay(id, &Log::<Event>::read(&path)?)?);
        self.inner.keep_finished(Arc::clone(&machine));
        Ok(look(&machine))
    }
}
