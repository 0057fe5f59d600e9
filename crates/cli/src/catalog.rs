//! The catalog of flavors, with the settings of pipelines and steps as the SageMaker orchestrator's defaults.
//!
//! The settings are read off the spec's own schema, so that a new setting is a field of the orchestrator by itself.

use sagewright_spec::Settings;
use sagewright_store::components::{Catalog, Field, Flavor, Form, Kind, Problem};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The catalog and the flags of its fields; both live as long as the process, as clap wants it.
struct Known {
    catalog: Catalog,
    flags: BTreeMap<String, String>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let catalog = Catalog::new(settings());
        let kinds = Kind::OF_STACKS.into_iter().chain([Kind::ServiceConnector]);
        let fields = kinds.flat_map(|kind| catalog.of(kind)).flat_map(|flavor| &flavor.fields);
        let flags = fields.map(|field| (field.name.to_string(), field.flag())).collect();
        Known { catalog, flags }
    })
}

/// All flavors there are.
pub(crate) fn catalog() -> &'static Catalog {
    &known().catalog
}

/// A field's flag, without the hyphens in front.
pub(crate) fn flag(field: &'static Field) -> &'static str {
    known().flags.get(field.name.as_ref()).map_or("", String::as_str)
}

/// The defaults for settings in the configuration of an orchestrator. What was checked before can be read.
pub(crate) fn default_settings(configuration: &Map<String, Value>) -> Settings {
    serde_json::from_value(Value::Object(only_settings(configuration))).unwrap_or_default()
}

/// Problems of the defaults for settings, found by the very checks that pipelines go through.
pub(crate) fn settings_problems(configuration: &Map<String, Value>) -> Vec<Problem> {
    let given = only_settings(configuration);
    let mut problems = Vec::new();
    let mut readable = Map::new();
    for (name, value) in given {
        let one = Value::Object(Map::from_iter([(name.clone(), value.clone())]));
        match serde_json::from_value::<Settings>(one) {
            Ok(_) => drop(readable.insert(name, value)),
            Err(error) => problems.push(Problem::new(format!("`{name}`: {error}"))),
        }
    }
    let found = sagewright_spec::check_settings(&default_settings(&readable));
    problems.extend(
        found.into_iter().map(|diagnostic| Problem { message: diagnostic.message, hint: diagnostic.hint }),
    );
    problems
}

fn only_settings(configuration: &Map<String, Value>) -> Map<String, Value> {
    let known = settings();
    let is_setting = |name: &str| known.iter().any(|field| field.name == name);
    let entries = configuration.iter().filter(|(name, _)| is_setting(name));
    entries.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// One field for each setting.
fn settings() -> Vec<Field> {
    let schema = sagewright_spec::schema();
    let properties = schema.pointer("/$defs/Settings/properties").and_then(Value::as_object);
    let properties = properties.expect("the schema of a pipeline defines its settings");
    let field = |(name, property): (&String, &Value)| {
        let description = property["description"].as_str().unwrap_or_default();
        Field::new(name.clone(), form(property), sentence(description)).setting()
    };
    properties.iter().map(field).collect()
}

fn form(property: &Value) -> Form {
    let of = |wanted: &str| match &property["type"] {
        Value::String(name) => name == wanted,
        Value::Array(names) => names.iter().any(|name| name == wanted),
        _ => false,
    };
    let reference = property.pointer("/anyOf/0/$ref").and_then(Value::as_str).unwrap_or_default();
    if of("integer") {
        Form::Integer
    } else if of("boolean") {
        Form::Boolean
    } else if of("array") {
        Form::List
    } else if of("object") && property["additionalProperties"]["type"] == "string" {
        Form::Map
    } else if reference.ends_with("/Locations") {
        Form::TextOrMap
    } else if of("string") || reference.ends_with("Mode") {
        Form::Text
    } else {
        Form::Json
    }
}

/// Descriptions of fields begin in lower case and have no full stop.
fn sentence(text: &str) -> String {
    let text = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// The flavor of this name; fails with the names there are.
pub(crate) fn flavor(kind: Kind, name: &str) -> Result<&'static Flavor, Problem> {
    catalog().flavor(kind, name).ok_or_else(|| {
        let names: Vec<_> = catalog().of(kind).map(|flavor| flavor.name).collect();
        let what = if kind == Kind::ServiceConnector { "way to authenticate" } else { "flavor" };
        let problem = Problem::new(format!("{kind}s have no {what} `{name}`"));
        match sagewright_spec::nearest(name, names.iter().copied()) {
            Some(nearest) => problem.hint(format!("did you mean `{nearest}`?")),
            None => problem.hint(format!("there are: {}", names.join(", "))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_a_field_of_the_orchestrator() {
        let flavor = flavor(Kind::Orchestrator, "sagemaker").unwrap();
        for (name, expected) in [
            ("instance_type", Form::Text),
            ("volume_size_in_gb", Form::Integer),
            ("use_training_step", Form::Boolean),
            ("tags", Form::Map),
            ("input_data_s3_uri", Form::TextOrMap),
            ("input_data_s3_mode", Form::Text),
        ] {
            assert_eq!(flavor.field(name).map(|field| field.form), Some(expected), "{name}");
        }
    }

    #[test]
    fn settings_go_through_the_checks_of_pipelines() {
        let configuration = serde_json::json!({"instance_type": "big", "input_data_s3_mode": "Carrier"});
        let problems = settings_problems(configuration.as_object().unwrap());
        assert_eq!(problems.len(), 2, "{problems:?}");
    }
}
