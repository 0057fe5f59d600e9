//! Flags for the fields of all flavors of a kind, made from the fields' own definitions.

use clap::{Arg, ArgMatches, Command, Error};
use sagewright_store::components::{Field, Form, Kind};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use crate::catalog::{catalog, flag};

/// A kind of component, as a type: the commands of all kinds are the same code.
pub(crate) trait OfKind: Debug + Clone + Send + Sync + 'static {
    /// The kind.
    const KIND: Kind;
}

/// Values that were given for fields, as text.
#[derive(Debug, Clone)]
pub(crate) struct FieldFlags<K> {
    /// By the fields' names, in the order of their definitions.
    pub(crate) given: Vec<(String, String)>,
    kind: PhantomData<K>,
}

/// What the help says of the flags that it leaves out.
const SETTINGS_HELP: &str =
    "Settings of pipelines and steps are flags as well, as their defaults: `flavor describe` shows them all.";

/// The fields of all flavors of a kind, each name once, with the flavors that have it.
fn fields(kind: Kind) -> Vec<(&'static Field, Vec<&'static str>)> {
    let mut found: Vec<(&'static Field, Vec<&'static str>)> = Vec::new();
    for flavor in catalog().of(kind) {
        for field in &flavor.fields {
            match found.iter_mut().find(|(known, _)| known.name == field.name) {
                Some((_, flavors)) => flavors.push(flavor.name),
                None => found.push((field, vec![flavor.name])),
            }
        }
    }
    found
}

impl<K: OfKind> clap::Args for FieldFlags<K> {
    fn augment_args(command: Command) -> Command {
        let mut headings: BTreeMap<Vec<&'static str>, &'static str> = BTreeMap::new();
        let fields = fields(K::KIND);
        let command = if fields.iter().any(|(field, _)| field.setting) {
            command.after_help(SETTINGS_HELP)
        } else {
            command
        };
        fields.into_iter().fold(command, |command, (field, flavors)| {
            // One short text for each set of flavors, kept for the life of the process as clap wants it.
            let heading: &'static str = headings
                .entry(flavors.clone())
                .or_insert_with(|| format!("Fields of {}", flavors.join(", ")).leak());
            let argument = Arg::new(field.name.as_ref())
                .long(flag(field))
                .value_name("VALUE")
                // There are too many of them for a help text; `flavor describe` shows them all.
                .hide(field.setting)
                .help_heading(heading)
                .help(field.description.as_ref());
            command.arg(if field.form == Form::Boolean {
                argument.num_args(0..=1).default_missing_value("true")
            } else {
                argument
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<K: OfKind> clap::FromArgMatches for FieldFlags<K> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = fields(K::KIND).into_iter().filter_map(|(field, _)| {
            let value = matches.get_one::<String>(&field.name)?;
            Some((field.name.to_string(), value.clone()))
        });
        Ok(Self { given: given.collect(), kind: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
