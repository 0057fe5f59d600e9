//! Every code has a page that explains it, and no page is without a code.

use sagewright_spec::Code;
use std::collections::BTreeSet;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/errors");

#[test]
fn every_page_has_its_parts() {
    for code in Code::all() {
        let page = code.page();
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
        for part in ["\n## Why\n", "\n## Example\n", "\n## The way out\n"] {
            assert!(page.contains(part), "{code} has no part {part:?}");
        }
        assert!(!code.title().is_empty() && !code.title().starts_with('#'), "{code}");
        assert_eq!(Code::find(&code.as_str().to_lowercase()), Some(*code));
    }
    assert_eq!(Code::find("P9999"), None);
}

#[test]
fn codes_and_pages_are_the_same() {
    let codes: BTreeSet<String> = Code::all().iter().map(ToString::to_string).collect();
    let pages: BTreeSet<String> = fs_err::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| name.starts_with('P'))
        .collect();
    assert_eq!(codes, pages);
    assert_eq!(codes.len(), Code::all().len(), "a code is there twice");
}
