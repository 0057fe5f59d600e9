//! The private `/opt/ml`: a bind mount in a mount namespace of the job's own.

use std::path::Path;

use fs_err as fs;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

use super::ML_ROOT;

/// Tries, in this very process, whether a private `/opt/ml` can be had.
pub(crate) fn probe() -> std::io::Result<()> {
    let directory = Path::new("/tmp");
    enter(directory, &[])
}

/// Enters a mount namespace in which `ml` is at `/opt/ml` and the `read_only` folders below it cannot be
/// written. Needs a process with one thread.
pub(crate) fn enter(ml: &Path, read_only: &[std::path::PathBuf]) -> std::io::Result<()> {
    let (uid, gid) = (geteuid(), getegid());
    if uid.is_root() {
        // The mount point has to exist outside as well: a namespace shares the file tree.
        fs::create_dir_all(ML_ROOT)?;
        if unshare(CloneFlags::CLONE_NEWNS).is_err() {
            enter_as_user(uid.as_raw(), gid.as_raw())?;
        }
    } else {
        enter_as_user(uid.as_raw(), gid.as_raw())?;
    }
    // Without this the mount would be seen by the whole machine.
    bind(None, "/".as_ref(), MsFlags::MS_REC | MsFlags::MS_PRIVATE)?;
    bind(Some(ml), ML_ROOT.as_ref(), MsFlags::MS_BIND | MsFlags::MS_REC)?;
    for folder in read_only {
        let path = Path::new(ML_ROOT).join(folder);
        bind(Some(&path), &path, MsFlags::MS_BIND)?;
        bind(None, &path, MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY)?;
    }
    Ok(())
}

/// Enters a user namespace as well, in which the user keeps the same ids.
fn enter_as_user(uid: u32, gid: u32) -> std::io::Result<()> {
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNS)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
    fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"))
}

fn bind(source: Option<&Path>, target: &Path, flags: MsFlags) -> std::io::Result<()> {
    mount(source, target, None::<&str>, flags, None::<&str>).map_err(|errno| {
        std::io::Error::new(
            std::io::Error::from(errno).kind(),
            format!("failed to mount on `{}`: {errno}", target.display()),
        )
    })
}
