//! The values of a secret as they are given: `--key=value`, JSON or YAML with `--values`, or typed unseen.

use sagewright_store::components::Problem;
use secrecy::SecretString;
use std::collections::BTreeMap;

use crate::failure::{Failure, Result};
use crate::printer::Printer;
use crate::questions;

/// How values are given.
#[derive(Debug, clap::Args)]
pub(crate) struct ValueArgs {
    /// `--KEY=VALUE` for each value; `VALUE` may be `@FILE`
    #[arg(value_name = "--KEY=VALUE", allow_hyphen_values = true, trailing_var_arg = true)]
    pairs: Vec<String>,
    /// All values as JSON or YAML, or `@FILE`
    #[arg(short, long, value_name = "VALUES")]
    values: Option<String>,
    /// Ask for keys and values; what is typed is not shown
    #[arg(short, long)]
    interactive: bool,
}

impl ValueArgs {
    /// Everything that was given. No message shows a value.
    pub(super) fn read(self, printer: Printer) -> Result<BTreeMap<String, SecretString>> {
        let mut found = BTreeMap::new();
        if let Some(text) = self.values {
            let map: BTreeMap<String, String> = serde_yaml_ng::from_str(&content(&text)?)
                .map_err(|_| Failure::input("`--values` is no map of texts in JSON or YAML"))?;
            found.extend(map.into_iter().map(|(key, value)| (key, SecretString::from(value))));
        }
        let mut problems = Vec::new();
        let mut pairs = self.pairs.iter();
        while let Some(pair) = pairs.next() {
            let Some(pair) = pair.strip_prefix("--") else {
                problems.push(Problem::new("a value is given without its key").hint("write `--KEY=VALUE`"));
                continue;
            };
            let (key, value) = match pair.split_once('=') {
                Some((key, value)) => (key, Some(value.to_owned())),
                None => (pair, pairs.next().cloned()),
            };
            // Keys are stored with underscores, as flags of all commands are read.
            let key = key.replace('-', "_");
            match value {
                Some(value) => drop(found.insert(key, SecretString::from(content(&value)?))),
                None => problems.push(Problem::new(format!("`--{key}` has no value"))),
            }
        }
        if !problems.is_empty() {
            return Err(Failure::problems(problems));
        }
        if self.interactive {
            loop {
                let key = questions::ask(printer, "key (empty to end)", Some(""))?;
                if key.is_empty() {
                    break;
                }
                let value = questions::ask_secret(printer, &format!("value of `{key}`"))?;
                found.insert(key, value.into());
            }
        }
        Ok(found)
    }
}

/// The text itself, or what is in the file that it names after an `@`.
fn content(text: &str) -> Result<String> {
    match text.strip_prefix('@') {
        Some(path) => {
            let text = fs_err::read_to_string(path).map_err(Failure::input_error)?;
            Ok(text.strip_suffix('\n').map_or(text.clone(), str::to_owned))
        }
        None => Ok(text.to_owned()),
    }
}
