//! Stack components as data: the kinds there are, their flavors, and every field of each.
//!
//! One definition of a field serves everything that has to do with it: the flag of the command line, the question
//! of `-i`, the check of its value, the description that `flavor describe` prints. The module does no input or
//! output.

mod aws_connector;
mod catalog;
mod field;
mod flavor;
mod form;
mod kind;
mod registries;
mod sagemaker;
mod stores;
mod values;

pub use catalog::Catalog;
pub use field::{Field, Need};
pub use flavor::{Flavor, Problem};
pub use form::Form;
pub use kind::Kind;
pub use values::{Reference, Values, references};
