//! Conditions of a Condition step.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::evaluate::{EvaluationError, Scope, evaluate};
use super::expression::Expression;
use super::reader::Reader;

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Two values against each other.
    Compare {
        /// Which comparison.
        comparison: Comparison,
        /// `LeftValue`
        left: Expression,
        /// `RightValue`
        right: Expression,
    },
    /// Whether a value is among others.
    In {
        /// `QueryValue`
        query: Expression,
        /// `Values`
        values: Vec<Expression>,
    },
    /// The opposite.
    Not(Box<Condition>),
    /// Any of them.
    Or(Vec<Condition>),
}

/// The comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `Equals`
    Equals,
    /// `GreaterThan`
    GreaterThan,
    /// `GreaterThanOrEqualTo`
    GreaterThanOrEqualTo,
    /// `LessThan`
    LessThan,
    /// `LessThanOrEqualTo`
    LessThanOrEqualTo,
}

impl Comparison {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Equals" => Self::Equals,
            "GreaterThan" => Self::GreaterThan,
            "GreaterThanOrEqualTo" => Self::GreaterThanOrEqualTo,
            "LessThan" => Self::LessThan,
            "LessThanOrEqualTo" => Self::LessThanOrEqualTo,
            _ => return None,
        })
    }

    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equals => ordering.is_eq(),
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanOrEqualTo => ordering.is_ge(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanOrEqualTo => ordering.is_le(),
        }
    }
}

impl Condition {
    /// Whether all conditions hold. Every one is looked at, so that all files they need are asked for at once.
    pub fn all(conditions: &[Self], scope: &dyn Scope) -> Result<bool, EvaluationError> {
        combine(conditions, scope, |outcomes| outcomes.iter().all(|outcome| *outcome))
    }

    fn holds(&self, scope: &dyn Scope) -> Result<bool, EvaluationError> {
        match self {
            Self::Compare { comparison, left, right } => {
                let values = evaluated(&[left, right], scope)?;
                compare(*comparison, &values[0], &values[1]).map_err(EvaluationError::Failed)
            }
            Self::In { query, values } => {
                let all: Vec<&Expression> = std::iter::once(query).chain(values).collect();
                let values = evaluated(&all, scope)?;
                Ok(values[1..].iter().any(|value| same(&values[0], value)))
            }
            Self::Not(condition) => condition.holds(scope).map(|outcome| !outcome),
            Self::Or(conditions) => combine(conditions, scope, |outcomes| outcomes.contains(&true)),
        }
    }

    /// Calls `visit` with every expression in the condition.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Expression)) {
        match self {
            Self::Compare { left, right, .. } => {
                left.visit(visit);
                right.visit(visit);
            }
            Self::In { query, values } => {
                query.visit(visit);
                for value in values {
                    value.visit(visit);
                }
            }
            Self::Not(condition) => condition.visit(visit),
            Self::Or(conditions) => {
                for condition in conditions {
                    condition.visit(visit);
                }
            }
        }
    }
}

fn combine(
    conditions: &[Condition],
    scope: &dyn Scope,
    decide: impl Fn(&[bool]) -> bool,
) -> Result<bool, EvaluationError> {
    let mut files = Vec::new();
    let mut outcomes = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match condition.holds(scope) {
            Ok(outcome) => outcomes.push(outcome),
            Err(EvaluationError::NeedsFiles(needed)) => files.extend(needed),
            Err(failed) => return Err(failed),
        }
    }
    if files.is_empty() { Ok(decide(&outcomes)) } else { Err(EvaluationError::NeedsFiles(files)) }
}

fn evaluated(expressions: &[&Expression], scope: &dyn Scope) -> Result<Vec<Value>, EvaluationError> {
    let mut files = Vec::new();
    let mut values = Vec::with_capacity(expressions.len());
    for expression in expressions {
        match evaluate(expression, scope) {
            Ok(value) => values.push(value),
            Err(EvaluationError::NeedsFiles(needed)) => files.extend(needed),
            Err(failed) => return Err(failed),
        }
    }
    if files.is_empty() { Ok(values) } else { Err(EvaluationError::NeedsFiles(files)) }
}

/// Values of different types are never the same; numbers are compared as numbers, whatever their declared type.
fn same(left: &Value, right: &Value) -> bool {
    order(left, right) == Some(Ordering::Equal)
}

fn compare(comparison: Comparison, left: &Value, right: &Value) -> Result<bool, String> {
    match order(left, right) {
        Some(ordering) => Ok(comparison.holds(ordering)),
        None if comparison == Comparison::Equals => Ok(false),
        None => Err(format!("Can not compare {left} with {right}")),
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        _ => None,
    }
}

pub(super) fn read_all(reader: &mut Reader, place: &str, value: &Value) -> Vec<Condition> {
    let list = reader.list(place, value);
    list.iter()
        .enumerate()
        .filter_map(|(index, entry)| read(reader, &format!("{place}[{index}]"), entry))
        .collect()
}

fn read(reader: &mut Reader, place: &str, value: &Value) -> Option<Condition> {
    let object = reader.object(place, value)?;
    let kind = reader.text(place, object, "Type")?;
    let keys: &[&str] = match kind {
        "In" => &["Type", "QueryValue", "Values"],
        "Not" => &["Type", "Condition"],
        "Or" => &["Type", "Conditions"],
        _ => &["Type", "LeftValue", "RightValue"],
    };
    reader.known_keys(place, object, keys);
    match kind {
        "In" => {
            let query = expression(reader, place, object, "QueryValue")?;
            let values = reader.list(place, object.get("Values").unwrap_or(&Value::Null));
            let values = values.iter().filter_map(|value| parsed(reader, place, value)).collect();
            Some(Condition::In { query, values })
        }
        "Not" => {
            let inner = object.get("Condition").unwrap_or(&Value::Null);
            read(reader, &format!("{place}.Condition"), inner).map(|inner| Condition::Not(Box::new(inner)))
        }
        "Or" => {
            let inner = object.get("Conditions").unwrap_or(&Value::Null);
            Some(Condition::Or(read_all(reader, &format!("{place}.Conditions"), inner)))
        }
        other => {
            let Some(comparison) = Comparison::parse(other) else {
                reader.problem(place, format!("Unknown condition type '{other}'"));
                return None;
            };
            let left = expression(reader, place, object, "LeftValue");
            let right = expression(reader, place, object, "RightValue");
            Some(Condition::Compare { comparison, left: left?, right: right? })
        }
    }
}

fn expression(
    reader: &mut Reader,
    place: &str,
    object: &Map<String, Value>,
    key: &str,
) -> Option<Expression> {
    if let Some(value) = object.get(key) {
        return parsed(reader, place, value);
    }
    reader.problem(place, format!("Missing key '{key}'"));
    None
}

fn parsed(reader: &mut Reader, place: &str, value: &Value) -> Option<Expression> {
    Expression::parse(value).map_err(|error| reader.problem(place, error)).ok()
}
