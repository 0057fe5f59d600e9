//! Finds dead links between the Markdown files of the repository: missing files and missing headings.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks every Markdown file that is not ignored; prints each dead link.
pub(crate) fn check() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut dead = 0;
    let mut files = 0;
    let mut output = std::io::stderr().lock();
    for entry in ignore::WalkBuilder::new(&root).sort_by_file_path(Path::cmp).build() {
        let path = entry?.into_path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        files += 1;
        for target in links(&fs_err::read_to_string(&path)?) {
            if let Some(problem) = problem(&path, &target)? {
                dead += 1;
                writeln!(output, "{}: `{target}` {problem}", path.display())?;
            }
        }
    }
    writeln!(output, "{files} Markdown files, {dead} dead links")?;
    Ok(ExitCode::from(u8::from(dead > 0)))
}

/// The targets of all links and pictures.
fn links(text: &str) -> Vec<String> {
    Parser::new_ext(text, Options::all())
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.into_string())
            }
            _ => None,
        })
        .collect()
}

fn problem(from: &Path, target: &str) -> anyhow::Result<Option<&'static str>> {
    if target.contains("://") || target.starts_with("mailto:") {
        return Ok(None);
    }
    let (file, heading) =
        target.split_once('#').map_or((target, None), |(file, heading)| (file, Some(heading)));
    let path: PathBuf =
        if file.is_empty() { from.to_path_buf() } else { from.parent().unwrap_or(from).join(file) };
    if !path.exists() {
        return Ok(Some("does not exist"));
    }
    match heading {
        Some(heading) if path.extension().is_some_and(|extension| extension == "md") => {
            let known = headings(&fs_err::read_to_string(&path)?);
            Ok((!known.contains(heading)).then_some("has no such heading"))
        }
        _ => Ok(None),
    }
}

/// The anchors of a file's headings, spelled as GitHub and mdBook spell them.
fn headings(text: &str) -> HashSet<String> {
    let mut anchors = HashSet::new();
    let mut current: Option<String> = None;
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Heading { .. }) => current = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => anchors.extend(current.take().map(|title| anchor(&title))),
            Event::Text(part) | Event::Code(part) => {
                if let Some(title) = &mut current {
                    title.push_str(&part);
                }
            }
            _ => {}
        }
    }
    anchors
}

fn anchor(title: &str) -> String {
    title
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'))
        .map(|character| if character == ' ' { '-' } else { character })
        .collect()
}
