//! Identity of a process that outlives its pid: pid, start time and boot.

use std::path::Path;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::{ENTRY_FILE, IDENTITY_FILE};

/// Tells one process from every other that ever had its pid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The process id.
    pub pid: i32,
    /// Start time in clock ticks since boot, from `/proc/<pid>/stat`.
    pub start_time: u64,
    /// The kernel's random id of this boot.
    pub boot_id: String,
}

impl Identity {
    /// The identity of a running process; `None` when there is no such process, or only its remains.
    pub fn of(pid: i32) -> std::io::Result<Option<Self>> {
        let stat = match fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(stat) => stat,
            // ESRCH is what a read of an entry that vanishes meanwhile gives.
            Err(error)
                if error.kind() == std::io::ErrorKind::NotFound
                    || error.raw_os_error() == Some(nix::errno::Errno::ESRCH as i32) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let Some((state, start_time)) = parse_stat(&stat) else {
            return Err(std::io::Error::other(format!("/proc/{pid}/stat has an unknown form")));
        };
        if matches!(state, 'Z' | 'X') {
            return Ok(None);
        }
        let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
        Ok(Some(Self { pid, start_time, boot_id }))
    }

    /// The identity of the calling process.
    pub fn own() -> std::io::Result<Self> {
        let pid = nix::unistd::getpid().as_raw();
        Self::of(pid)?.ok_or_else(|| std::io::Error::other("the own process is not in /proc"))
    }

    /// Whether the process still runs.
    pub fn is_alive(&self) -> bool {
        Self::of(self.pid).ok().flatten().as_ref() == Some(self)
    }

    /// Reads the identity of the host of a job's folder; `None` when no host has claimed it.
    pub fn read(directory: &Path) -> std::io::Result<Option<Self>> {
        Self::read_file(&directory.join(IDENTITY_FILE))
    }

    /// Reads the identity of the entry point of a job's folder; `None` when none was started.
    pub fn read_entry(directory: &Path) -> std::io::Result<Option<Self>> {
        Self::read_file(&directory.join(ENTRY_FILE))
    }

    fn read_file(path: &Path) -> std::io::Result<Option<Self>> {
        match fs::read(path) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the identity of the entry point.
    pub(super) fn write_entry(&self, directory: &Path) -> std::io::Result<()> {
        let partial = directory.join(format!("{ENTRY_FILE}.partial"));
        fs::write(&partial, serde_json::to_vec(self)?)?;
        fs::rename(partial, directory.join(ENTRY_FILE))
    }

    /// Claims a job's folder by writing its identity file; of several hosts only one can. Returns whether it was
    /// this one.
    pub fn claim(&self, directory: &Path) -> std::io::Result<bool> {
        let partial = directory.join(format!("{IDENTITY_FILE}.{}", self.pid));
        fs::write(&partial, serde_json::to_vec(self)?)?;
        // A link appears complete, and never in the place of another.
        let claimed = fs::hard_link(&partial, directory.join(IDENTITY_FILE));
        fs::remove_file(partial)?;
        match claimed {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// State and start time from a `/proc/<pid>/stat` line. The command name may hold spaces and brackets.
fn parse_stat(stat: &str) -> Option<(char, u64)> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let state = fields.next()?.chars().next()?;
    // Field 22 of the line; the state is field 3.
    let start_time = fields.nth(18)?.parse().ok()?;
    Some((state, start_time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_name_with_brackets_is_skipped() {
        let stat = "12 (a) b (c)) S 1 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 777 1000 100";
        assert_eq!(parse_stat(stat), Some(('S', 777)));
    }

    #[test]
    fn the_own_process_is_alive_and_another_start_time_is_not() {
        let own = Identity::own().unwrap();
        assert!(own.is_alive());
        assert!(!Identity { start_time: own.start_time + 1, ..own }.is_alive());
    }
}
