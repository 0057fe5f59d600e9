//! Whether the system killed something because memory ran out: a kill leaves no word in the process
//! that dies of it, so the kernel's counters are read before and after.

use std::path::{Path, PathBuf};

/// Counters of out-of-memory kills: of this job's control group and of the whole machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counters(Vec<Option<u64>>);

/// What the counters say about the time between two readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Something was killed because memory ran out.
    Killed,
    /// Nothing was.
    NotKilled,
    /// This machine does not tell.
    Unknown,
}

impl Counters {
    /// Reads the counters of this machine.
    pub(crate) fn read() -> Self {
        Self::read_below(Path::new("/"))
    }

    fn read_below(root: &Path) -> Self {
        let mut files = vec![root.join("proc/vmstat")];
        let groups = fs_err::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
        files.extend(groups.lines().filter_map(|line| group_file(root, line)));
        // In a container the group's own path may not be visible, and its counters lie at the top.
        files.push(root.join("sys/fs/cgroup/memory.events"));
        files.push(root.join("sys/fs/cgroup/memory/memory.oom_control"));
        Self(files.iter().map(|file| oom_kill(file)).collect())
    }

    /// Compares with an earlier reading.
    pub(crate) fn since(&self, earlier: &Self) -> Evidence {
        let mut evidence = Evidence::Unknown;
        for (now, before) in self.0.iter().zip(&earlier.0) {
            match (now, before) {
                (Some(now), Some(before)) if now > before => return Evidence::Killed,
                (Some(_), Some(_)) => evidence = Evidence::NotKilled,
                _ => {}
            }
        }
        evidence
    }
}

/// The counter file of a group, from a line `id:controllers:path` of `/proc/self/cgroup`.
fn group_file(root: &Path, line: &str) -> Option<PathBuf> {
    let mut fields = line.splitn(3, ':');
    let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
    let path = path.trim_start_matches('/');
    if controllers.is_empty() {
        Some(root.join("sys/fs/cgroup").join(path).join("memory.events"))
    } else if controllers.split(',').any(|controller| controller == "memory") {
        Some(root.join("sys/fs/cgroup/memory").join(path).join("memory.oom_control"))
    } else {
        None
    }
}

/// The value of the line `oom_kill N`, which all these files share.
fn oom_kill(file: &Path) -> Option<u64> {
    let text = fs_err::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &[(&str, &str)]) -> Counters {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = root.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, content).unwrap();
        }
        Counters::read_below(root.path())
    }

    #[track_caller]
    fn check(before: &[(&str, &str)], after: &[(&str, &str)], expected: Evidence) {
        assert_eq!(machine(after).since(&machine(before)), expected);
    }

    #[test]
    fn the_second_version_of_groups() {
        let file = "sys/fs/cgroup/job/a/memory.events";
        let group = ("proc/self/cgroup", "0::/job/a\n");
        let before = [group, (file, "low 0\noom 0\noom_kill 0\n")];
        check(&before, &[group, (file, "low 0\noom 1\noom_kill 1\n")], Evidence::Killed);
        check(&before, &before, Evidence::NotKilled);
    }

    #[test]
    fn the_first_version_of_groups() {
        let file = "sys/fs/cgroup/memory/docker/x/memory.oom_control";
        let group = ("proc/self/cgroup", "5:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n");
        let text = |kills| format!("oom_kill_disable 0\nunder_oom 0\noom_kill {kills}\n");
        check(&[group, (file, &text(3))], &[group, (file, &text(4))], Evidence::Killed);
        check(&[group, (file, &text(3))], &[group, (file, &text(3))], Evidence::NotKilled);
    }

    #[test]
    fn a_machine_that_does_not_tell() {
        check(&[], &[], Evidence::Unknown);
        check(&[("proc/vmstat", "pgfault 1\n")], &[("proc/vmstat", "pgfault 2\n")], Evidence::Unknown);
    }
}
