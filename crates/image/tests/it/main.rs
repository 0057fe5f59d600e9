//! The packing of code, seen through the archive that comes out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod pack;
