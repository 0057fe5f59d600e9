//! What is known of instance types from their names. No list: new types appear every month.

/// Says whether instances of this type have a GPU: the families `p` and `g` do.
pub fn has_gpu(instance_type: &str) -> bool {
    let family = instance_type.strip_prefix("ml.").unwrap_or_default();
    let mut letters = family.chars();
    matches!(letters.next(), Some('p' | 'g')) && letters.next().is_some_and(|letter| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_with_a_gpu() {
        for instance_type in ["ml.p3.2xlarge", "ml.p6-b200.48xlarge", "ml.g4dn.xlarge", "ml.g6e.12xlarge"] {
            assert!(has_gpu(instance_type), "{instance_type}");
        }
        for instance_type in
            ["ml.m5.xlarge", "ml.t3.medium", "ml.trn1.2xlarge", "ml.inf2.xlarge", "p3.2xlarge"]
        {
            assert!(!has_gpu(instance_type), "{instance_type}");
        }
    }
}
