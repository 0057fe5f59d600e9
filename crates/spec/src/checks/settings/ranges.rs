//! Numbers lie within what SageMaker accepts for either kind of job.

use std::ops::RangeInclusive;

use super::Level;
use crate::{Code, Diagnostic, KeepAlive, Settings, limits};

pub(super) fn check(settings: &Settings, level: Level, found: &mut Vec<Diagnostic>) {
    let mut check = |code, field, value: Option<i64>, range: RangeInclusive<i64>, hint: &str| {
        let Some(value) = value.filter(|value| !range.contains(value)) else { return };
        let message = if *range.end() == i64::MAX {
            format!("`{field}` is {value}, less than {}", range.start())
        } else {
            format!("`{field}` is {value}, not from {} to {}", range.start(), range.end())
        };
        found.push(level.problem(code, message, field).hint(hint));
    };
    check(
        Code::InvalidVolumeSize,
        "volume_size_in_gb",
        settings.volume_size_in_gb,
        1..=limits::VOLUME_SIZE_IN_GB,
        "the size is in gigabytes; leave it out for the default of 30",
    );
    check(
        Code::InvalidMaxRuntime,
        "max_runtime_in_seconds",
        settings.max_runtime_in_seconds,
        1..=limits::MAX_RUNTIME_IN_SECONDS,
        "the time is in seconds; leave it out for the default of one day",
    );
    check(
        Code::InvalidKeepAlive,
        "keep_alive_period_in_seconds",
        settings.keep_alive_period_in_seconds.and_then(KeepAlive::seconds),
        0..=limits::KEEP_ALIVE_PERIOD_IN_SECONDS,
        "the time is in seconds; `None` turns warm instances off",
    );
    check(
        Code::InvalidParallelism,
        "max_parallel_steps",
        settings.max_parallel_steps,
        1..=i64::MAX,
        "leave it out to run every step as soon as it is ready",
    );
    check(
        Code::InvalidInstanceCount,
        "instance_count",
        settings.instance_count,
        1..=i64::MAX,
        "leave it out for one instance",
    );
    check(
        Code::InvalidSpot,
        "max_wait_in_seconds",
        settings.max_wait_in_seconds,
        1..=limits::MAX_RUNTIME_IN_SECONDS,
        "the time is in seconds and includes the time that the job runs",
    );
}
