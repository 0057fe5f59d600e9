//! Questions to the person at the terminal; what is typed for a secret is not shown.

use sagewright_store::components::{Field, Flavor, Need};
use std::io::{BufRead as _, IsTerminal as _};

use crate::failure::{Failure, Result};
use crate::printer::Printer;

/// Asks for one line; an empty one takes the default. Without a default the question is repeated.
pub(crate) fn ask(printer: Printer, question: &str, default: Option<&str>) -> Result<String> {
    loop {
        let suffix = default.map(|it| format!(" [{it}]")).unwrap_or_default();
        printer.ask(format_args!("{question}{suffix}: "));
        let line = read(false)?;
        match (line.is_empty(), default) {
            (false, _) => return Ok(line),
            (true, Some(default)) => return Ok(default.to_owned()),
            (true, None) => printer.talk("an answer is needed"),
        }
    }
}

/// Asks to choose one of several names.
pub(crate) fn choose(printer: Printer, question: &str, choices: &[(&str, &str)]) -> Result<String> {
    for (name, description) in choices {
        printer.talk(format_args!("  {name:<16} {description}"));
    }
    loop {
        let answer = ask(printer, question, choices.first().map(|(name, _)| *name))?;
        if choices.iter().any(|(name, _)| *name == answer) {
            return Ok(answer);
        }
        printer.talk(format_args!("`{answer}` is none of these"));
    }
}

/// Asks for the fields that have no value yet. Settings are left out: their defaults are good.
pub(crate) fn ask_fields(
    printer: Printer,
    flavor: &'static Flavor,
    given: &mut Vec<(String, String)>,
) -> Result<()> {
    let missing =
        |field: &&Field, given: &[(String, String)]| given.iter().all(|(name, _)| *name != field.name);
    for field in flavor.fields.iter().filter(|field| !field.setting) {
        if missing(&field, given)
            && let Some(answer) = ask_field(printer, field)?
        {
            given.push((field.name.to_string(), answer));
        }
    }
    Ok(())
}

fn ask_field(printer: Printer, field: &Field) -> Result<Option<String>> {
    let optional = if field.need == Need::Required { "" } else { ", empty for none" };
    loop {
        printer.ask(format_args!("{} ({}{optional}): ", field.name, field.description));
        let answer = read(field.secret)?;
        if answer.is_empty() {
            if field.need != Need::Required {
                return Ok(None);
            }
            printer.talk("an answer is needed");
            continue;
        }
        match field.form.read(&answer) {
            Ok(_) => return Ok(Some(answer)),
            Err(expected) => printer.talk(format_args!("that {expected}")),
        }
    }
}

/// Asks for a secret text.
pub(crate) fn ask_secret(printer: Printer, question: &str) -> Result<String> {
    printer.ask(format_args!("{question}: "));
    read(true)
}

fn read(hidden: bool) -> Result<String> {
    let mut line = String::new();
    let _hidden = if hidden { hide() } else { None };
    let read = std::io::stdin().lock().read_line(&mut line);
    match read {
        Ok(0) => Err(Failure::input("the answers ended before the questions")
            .hint("give the values as flags, without -i, where nobody answers")),
        Ok(_) => Ok(line.trim().to_owned()),
        Err(error) => Err(Failure::fault(error).context("cannot read the answer")),
    }
}

/// Turns off the terminal's echo until it is dropped; nothing happens where stdin is no terminal.
fn hide() -> Option<Hidden> {
    use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return None;
    }
    let before = tcgetattr(&stdin).ok()?;
    let mut without = before.clone();
    without.local_flags.remove(LocalFlags::ECHO);
    without.local_flags.insert(LocalFlags::ECHONL);
    tcsetattr(&stdin, SetArg::TCSAFLUSH, &without).ok()?;
    Some(Hidden(before))
}

struct Hidden(nix::sys::termios::Termios);

impl Drop for Hidden {
    fn drop(&mut self) {
        use nix::sys::termios::{SetArg, tcsetattr};
        // When the terminal is gone there is no echo to bring back.
        let _ = tcsetattr(std::io::stdin(), SetArg::TCSAFLUSH, &self.0);
    }
}
