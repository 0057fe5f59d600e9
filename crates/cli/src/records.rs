//! The records of this machine's user, opened for a command.

use sagewright_store::records::Records;

use crate::failure::Result;
use crate::home::Home;

/// Opens the records; the first time they are made, with the stack of this machine in them.
pub(crate) async fn open() -> Result<Records> {
    let home = Home::find()?;
    Ok(Records::open(home.path(), jiff::Timestamp::now()).await?)
}
