//! What the tests share.

use std::time::{Duration, Instant};

/// The job host as a program.
pub(crate) const HOST: &str = env!("CARGO_BIN_EXE_sagewright-job-host");
/// Longer than anything takes on the slowest machine; reached only when something is wrong.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// Looks at something until it is so.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::yield_now();
    }
}
