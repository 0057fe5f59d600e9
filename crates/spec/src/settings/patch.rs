//! JSON merge patches (RFC 7386): laying one over another, and applying one.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Lays `later` over `earlier`, so that the result does what both do one after the other.
pub fn merge_patches(
    earlier: &BTreeMap<String, Value>,
    later: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let mut merged = earlier.clone();
    for (key, value) in later {
        match merged.get_mut(key) {
            Some(before) => lay_over(before, value),
            None => {
                merged.insert(key.clone(), value.clone());
            }
        }
    }
    merged
}

fn lay_over(earlier: &mut Value, later: &Value) {
    match (earlier, later) {
        (Value::Object(earlier), Value::Object(later)) => {
            for (key, value) in later {
                match earlier.get_mut(key) {
                    Some(before) => lay_over(before, value),
                    None => {
                        earlier.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (earlier, later) => *earlier = later.clone(),
    }
}

/// Applies a patch: objects are merged, null removes, anything else replaces.
pub fn apply_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().expect("it was made an object");
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            apply_patch(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: &Value) -> BTreeMap<String, Value> {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[test]
    fn two_patches_do_together_what_they_do_one_after_the_other() {
        let target = json!({"a": {"b": 1, "c": 2}, "d": [1, 2]});
        let first = json!({"a": {"b": null, "x": 5}, "d": [3]});
        let second = json!({"a": {"c": 9, "x": null}, "e": {"f": {"g": null, "h": 1}}});
        let mut expected = target.clone();
        apply_patch(&mut expected, &first);
        apply_patch(&mut expected, &second);
        assert_eq!(expected, json!({"a": {"c": 9}, "d": [3], "e": {"f": {"h": 1}}}));
        let mut found = target;
        let both = merge_patches(&map(&first), &map(&second));
        apply_patch(&mut found, &serde_json::to_value(both).unwrap());
        assert_eq!(found, expected);
    }
}
