//! Who may talk to the endpoint: requests signed with the install's key (Signature Version 4), sent to the
//! loopback address it listens on, and not by a web page.

mod authorization;
mod error;
mod origin;
mod verify;

pub(crate) use self::authorization::Authorization;
pub(crate) use self::error::AuthError;
pub(crate) use self::origin::check_origin;
pub(crate) use self::verify::{check_clock, request_time, verify};
