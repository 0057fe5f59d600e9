//! Arguments of the SDK are known, possible here, and read as the settings that they stand for.

use super::{Level, check_level};
use crate::arguments::{ArgumentsOf, Meaning};
use crate::{Code, Diagnostic, Settings, nearest};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    for class in ArgumentsOf::ALL {
        if class.of(settings).is_empty() {
            continue;
        }
        for (name, value) in class.of(settings) {
            let field = format!("{}.{name}", class.field());
            let Some(argument) = class.find(name) else {
                found.push(unknown(class, name, level, &field));
                continue;
            };
            if let Meaning::Refused(why, way_out) = argument.meaning {
                // `None` is the SDK's way to leave an argument out.
                if value.is_null() {
                    continue;
                }
                let message = format!("`{name}` cannot be given in `{}`: {why}", class.field());
                found.push(level.problem(Code::RefusedArgument, message, &field).hint(way_out));
            } else if let Some(Err(fault)) = argument.read(value) {
                let message = format!("`{name}` of `{}` has a value of another form: {fault}", class.field());
                found.push(level.problem(Code::InvalidArgument, message, &field));
            }
        }
        // What the arguments stand for is held to the same checks, with the arguments' own names.
        let start = found.len();
        check_level(&class.settings(settings), level, found);
        for problem in &mut found[start..] {
            rename(class, problem);
        }
    }
}

fn unknown(class: ArgumentsOf, name: &str, level: Level, field: &str) -> Diagnostic {
    let known: Vec<&str> = class.known().iter().map(|argument| argument.name).collect();
    let list = format!("known are {}", known.join(", "));
    let hint = match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? {list}"),
        None => list,
    };
    let message = format!("`{}` has an unknown argument: `{name}`", class.field());
    level.problem(Code::UnknownArgument, message, field).hint(hint)
}

/// Puts the name of the argument in the place of the setting that it stands for.
fn rename(class: ArgumentsOf, problem: &mut Diagnostic) {
    let Some(field) = problem.field.as_deref().and_then(|field| field.strip_prefix("settings.")) else {
        return;
    };
    let (setting, rest) = field.split_at(field.find(['.', '[']).unwrap_or(field.len()));
    let argument = class.known().iter().find(|argument| match argument.meaning {
        Meaning::Setting(name) => name == setting,
        Meaning::Settings(names) => names.contains(&setting),
        Meaning::Request(_) | Meaning::Refused(..) => false,
    });
    if let Some(argument) = argument {
        let inner = if matches!(argument.meaning, Meaning::Settings(_)) {
            format!(".{setting}")
        } else {
            String::new()
        };
        problem.field = Some(format!("settings.{}.{}{inner}{rest}", class.field(), argument.name));
    }
}
