//! What goes into an archive, and that the same files give the same bytes.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use fs_err::os::unix::fs::symlink;
use sagewright_image::Error;
use sagewright_image::code::{self, CodeArchive, WarningKind};
use tempfile::TempDir;

#[test]
fn ignore_files_count_without_a_repository() {
    let root = project(&[
        (".gitignore", "data/\n*.csv\n"),
        (".sagewrightignore", "notes/\n!keep.csv\n"),
        ("run.py", ""),
        ("lib/model.py", ""),
        ("data/big.bin", ""),
        ("rows.csv", ""),
        ("keep.csv", ""),
        ("notes/a.md", ""),
        (".hidden/conf.toml", ""),
    ]);
    let files = pack(root.path()).files;
    let expected =
        [".gitignore", ".hidden/conf.toml", ".sagewrightignore", "keep.csv", "lib/model.py", "run.py"];
    assert_eq!(files, expected);
}

#[test]
fn ignore_files_of_the_repository_above_count() {
    let root = project(&[
        (".git/HEAD", ""),
        (".gitignore", "*.parquet\n"),
        ("examples/one/run.py", ""),
        ("examples/one/a.parquet", ""),
    ]);
    assert_eq!(pack(&root.path().join("examples/one")).files, ["run.py"]);
}

#[test]
fn what_is_never_code_is_left_out() {
    let root = project(&[
        ("run.py", ""),
        ("__pycache__/run.pyc", ""),
        ("lib/x.pyc", ""),
        (".git/config", ""),
        (".venv/bin/python", ""),
        ("my-environment/pyvenv.cfg", ""),
        ("my-environment/lib/x.py", ""),
        ("node_modules/a/index.js", ""),
        (".mypy_cache/a.json", ""),
        ("pkg.egg-info/PKG-INFO", ""),
        ("build/CACHEDIR.TAG", ""),
        ("build/output.bin", ""),
        ("home/endpoint/credentials.json", "secret"),
        ("home/endpoint/s3/sagewright/runs/x", ""),
        ("home/endpoint/jobs/x/job.json", ""),
        ("state/credentials.json", "secret"),
        ("state/s3/sagewright/runs/x", ""),
        ("state/jobs/x/job.json", ""),
    ]);
    assert_eq!(pack(root.path()).files, ["run.py"]);
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let files = [("run.py", "a = 1"), ("lib/b.py", "b"), ("lib/a.py", "a")];
    let one = project(&files);
    let other = project(&[files[2], files[1], files[0]]);
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    let file = fs_err::File::options().write(true).open(other.path().join("run.py")).unwrap();
    file.set_modified(time).unwrap();
    let (one, other) = (pack(one.path()), pack(other.path()));
    assert_eq!(one.bytes, other.bytes);
    assert_eq!(one.hash, other.hash);
    assert_eq!(one.size, 7);
    let changed = pack(project(&[("run.py", "a = 2"), files[1], files[2]]).path());
    assert_ne!(one.hash, changed.hash);
}

#[test]
fn generated_modules_lie_at_the_top_and_win() {
    let root = project(&[("run.py", ""), ("_sagewright_cell.py", "old")]);
    let generated = BTreeMap::from([("_sagewright_cell.py".to_owned(), "new".to_owned())]);
    let archive = code::pack(root.path(), &generated).unwrap();
    assert_eq!(archive.files, ["_sagewright_cell.py", "run.py"]);
    assert_eq!(contents(&archive)["_sagewright_cell.py"], "new");
}

#[test]
fn long_names_and_modes_survive() {
    let long = format!("{}/{}.py", "folder".repeat(20), "module".repeat(20));
    let root = project(&[(&long, "x = 1"), ("tool.sh", "#!/bin/sh")]);
    let tool = root.path().join("tool.sh");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs_err::set_permissions(&tool, mode).unwrap();
    let archive = pack(root.path());
    assert_eq!(contents(&archive)[&long], "x = 1");
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&archive.bytes[..]));
    let modes: Vec<u32> =
        tar.entries().unwrap().map(|entry| entry.unwrap().header().mode().unwrap()).collect();
    assert_eq!(modes, [0o644, 0o755]);
}

#[test]
fn links_stay_inside_or_are_named() {
    let root = project(&[("lib/model.py", "m"), ("run.py", "")]);
    symlink("../run.py", root.path().join("lib/again.py")).unwrap();
    symlink(root.path().join("lib"), root.path().join("also")).unwrap();
    symlink("/etc/hostname", root.path().join("outside")).unwrap();
    symlink("nowhere", root.path().join("broken")).unwrap();
    let archive = pack(root.path());
    assert_eq!(archive.files, ["also", "lib/again.py", "lib/model.py", "run.py"]);
    let named: Vec<_> = archive.warnings.iter().map(|w| (w.kind, w.file.as_str())).collect();
    assert_eq!(named, [(WarningKind::Link, "broken"), (WarningKind::Link, "outside")]);

    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&archive.bytes[..]));
    let link = |entry: tar::Entry<'_, _>| entry.link_name().unwrap().map(|name| name.display().to_string());
    let links: Vec<_> = tar.entries().unwrap().filter_map(|entry| link(entry.unwrap())).collect();
    assert_eq!(links, ["lib", "../run.py"]);
}

#[test]
fn large_and_secret_files_are_named() {
    let root = project(&[("run.py", ""), (".env", "PASSWORD=1")]);
    let model = fs_err::File::create(root.path().join("model.bin")).unwrap();
    model.set_len(11 * 1024 * 1024).unwrap();
    let archive = pack(root.path());
    let warnings: Vec<String> = archive.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "`model.bin` has 11 MiB and is uploaded with the code; \
             put it into .sagewrightignore if the steps do not read it",
            "`.env` looks like a secret and is uploaded with the code; put `.env` into .sagewrightignore",
        ]
    );
}

#[test]
fn a_folder_that_is_not_code_is_refused_before_it_is_read() {
    let root = project(&[("run.py", ""), ("data/rows.bin", "")]);
    let rows = fs_err::File::create(root.path().join("data/rows.bin")).unwrap();
    rows.set_len(2 * 1024 * 1024 * 1024).unwrap();
    let error = code::pack(root.path(), &BTreeMap::new()).unwrap_err();
    assert!(matches!(&error, Error::TooLarge { largest, .. } if largest == "data"), "{error}");
    assert!(error.hint().unwrap().contains("`data`"));
    let error = code::pack(&root.path().join("run.py"), &BTreeMap::new()).unwrap_err();
    assert!(matches!(error, Error::Root { .. }), "{error}");
}

fn pack(root: &Path) -> CodeArchive {
    code::pack(root, &BTreeMap::new()).unwrap()
}

fn project(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = root.path().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
    }
    root
}

fn contents(archive: &CodeArchive) -> BTreeMap<String, String> {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&archive.bytes[..]));
    let mut contents = BTreeMap::new();
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        contents.insert(path, content);
    }
    contents
}
