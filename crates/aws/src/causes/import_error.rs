//! A module is neither in the image nor in the code.

use super::evidence::between;
use super::{Evidence, Explanation, Kind};

pub(super) fn rule(evidence: &Evidence<'_>) -> Option<Explanation> {
    let line = evidence.anywhere(&[
        "modulenotfounderror",
        "no module named",
        "importerror",
        "cannot import name",
    ])?;
    let Some(module) =
        between(line, "No module named '", "'").or_else(|| between(line, "No module named \"", "\""))
    else {
        let at = line.find("ImportError").unwrap_or(0);
        return Some(
            Explanation::new(Kind::ImportError, format!("an import failed: {}", line[at..].trim()))
                .hint("the versions in the image may differ from those on this machine"),
        );
    };
    let package = module.split('.').next().unwrap_or(module);
    let explanation = Explanation::new(
        Kind::ImportError,
        format!("the module `{module}` is neither in the job's image nor in the code that was sent"),
    )
    .missing(module);
    Some(explanation.hint(format!(
        "add the package of `{package}` to the image's requirements; a module of your own must lie in the pipeline's \
         folder"
    )))
}
