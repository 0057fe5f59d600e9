//! All flavors of all kinds.

use super::{Field, Flavor, Kind, aws_connector, registries, sagemaker, stores};

/// All flavors there are.
#[derive(Clone, Debug)]
pub struct Catalog {
    flavors: Vec<Flavor>,
}

impl Catalog {
    /// `settings`: the settings of steps and pipelines that the SageMaker orchestrator takes defaults for. They are
    /// defined where pipelines are, which this crate knows nothing of.
    pub fn new(settings: Vec<Field>) -> Self {
        let mut flavors = vec![sagemaker::local(), sagemaker::sagemaker(settings)];
        flavors.extend(stores::flavors());
        flavors.extend(registries::flavors());
        flavors.extend(aws_connector::methods());
        Self { flavors }
    }

    /// The flavors of a kind; of service connectors, the ways to authenticate.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Flavor> {
        self.flavors.iter().filter(move |flavor| flavor.kind == kind)
    }

    /// A flavor by its name.
    pub fn flavor(&self, kind: Kind, name: &str) -> Option<&Flavor> {
        self.of(kind).find(|flavor| flavor.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn rules_between_fields_name_fields_that_exist() {
        let catalog = Catalog::new(Vec::new());
        for flavor in &catalog.flavors {
            let names: BTreeSet<_> = flavor.fields.iter().map(|field| field.name.as_ref()).collect();
            assert_eq!(names.len(), flavor.fields.len(), "a field of `{}` is there twice", flavor.name);
            let in_rules = flavor.together.iter().flat_map(|it| it.iter());
            for name in in_rules.chain(flavor.apart.iter().flatten()) {
                assert!(names.contains(name), "`{}` has no field `{name}`", flavor.name);
            }
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let catalog = Catalog::new(Vec::new());
        let flavor = catalog.flavor(Kind::Orchestrator, "sagemaker").unwrap();
        let configuration = serde_json::json!({
            "execution_role": "admin", "region": "mars", "aws_access_key_id": "AKIA", "colour": "red",
        });
        let found = flavor.problems(configuration.as_object().unwrap(), &BTreeSet::new());
        let text: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(text.len(), 4, "{text:?}");
        assert!(
            text.iter().any(|it| it.contains("`aws_access_key_id` needs `aws_secret_access_key` as well"))
        );
    }
}
