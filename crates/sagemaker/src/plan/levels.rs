//! The three levels of a step's settings: component, pipeline, step.

use sagewright_spec::Settings;
use sagewright_spec::arguments::ArgumentsOf;

use super::JobKind;

/// The level of a step.
const STEP: usize = 2;

/// Settings of component and pipeline, and the same merged for each kind of job.
pub(super) struct Inherited<'a> {
    levels: [&'a Settings; STEP],
    training: Settings,
    processing: Settings,
}

impl<'a> Inherited<'a> {
    pub(super) fn new(component: &'a Settings, pipeline: &'a Settings) -> Self {
        let merge = |class: ArgumentsOf| class.lay_over(component).merge(&class.lay_over(pipeline));
        Inherited {
            levels: [component, pipeline],
            training: merge(ArgumentsOf::Estimator),
            processing: merge(ArgumentsOf::Processor),
        }
    }

    /// Returns all levels of a step, the earliest first.
    pub(super) fn levels<'b>(&'b self, step: &'b Settings) -> Levels<'b> {
        Levels([self.levels[0], self.levels[1], step])
    }

    /// Merges all levels of a step that becomes a job of this kind; on each level, the arguments of the SDK's class
    /// for the kind win over the other settings.
    pub(super) fn merge(&self, kind: JobKind, step: &Settings) -> Settings {
        match kind {
            JobKind::Training => self.training.merge(&ArgumentsOf::Estimator.lay_over(step)),
            JobKind::Processing => self.processing.merge(&ArgumentsOf::Processor.lay_over(step)),
        }
    }
}

/// All levels of a step, the earliest first.
pub(super) struct Levels<'a>([&'a Settings; STEP + 1]);

impl Levels<'_> {
    /// Returns the latest level of which this is true.
    pub(super) fn last(&self, is_so: impl Fn(&Settings) -> bool) -> Option<usize> {
        self.0.iter().rposition(|settings| is_so(settings))
    }

    /// Returns the value of the latest level that has one, with the level.
    pub(super) fn find<T>(&self, value: impl Fn(&Settings) -> Option<T>) -> Option<(usize, T)> {
        self.0.iter().enumerate().rev().find_map(|(level, settings)| Some((level, value(settings)?)))
    }

    /// Says whether a level is the step's own.
    pub(super) fn is_step(level: usize) -> bool {
        level == STEP
    }
}
