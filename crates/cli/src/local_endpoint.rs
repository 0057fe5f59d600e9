//! The embedded endpoint as this command uses it: one that is already served, or one of its own.

use sagewright_local::{Connection, Handle, Options};
use std::process::Stdio;

use crate::attachment::{Attachment, Leave};
use crate::failure::{Failure, Result};
use crate::home::Home;
use crate::printer::Printer;

/// How often an endpoint that is just starting or stopping elsewhere is looked for, at most.
const ATTEMPTS: u32 = 100;

/// A served endpoint.
pub(crate) enum LocalEndpoint {
    /// Another process serves it, for as long as the attachment is held.
    Attached { connection: Connection, _attachment: Attachment },
    /// This process serves it.
    Own { handle: Handle, home: Home },
}

impl LocalEndpoint {
    /// Uses the endpoint of another process where there is one, else starts one in this process.
    ///
    /// Between the two lies a race with processes that start or stop; it is run a bounded number of times.
    pub(crate) async fn attach_or_start(home: &Home) -> Result<Self> {
        let mut wait = std::time::Duration::from_millis(5);
        for _ in 0..ATTEMPTS {
            match sagewright_local::start(options(home)?).await {
                Ok(handle) => return Ok(Self::Own { handle, home: home.clone() }),
                Err(sagewright_local::Error::AlreadyRunning { .. }) => {
                    let announced = Attachment::announce(&home.endpoint()).map_err(Failure::fault)?;
                    if let Some(attachment) = announced
                        && let Some(connection) = running(home).await?
                    {
                        return Ok(Self::Attached { connection, _attachment: attachment });
                    }
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(std::time::Duration::from_millis(200));
                }
                Err(error) => return Err(failure(error)),
            }
        }
        Err(Failure::input(format!(
            "another process holds `{}` but does not answer",
            home.endpoint().display()
        ))
        .hint("end that process, or set SAGEWRIGHT_HOME to another folder"))
    }

    /// How the endpoint is reached.
    pub(crate) fn connection(&self) -> &Connection {
        match self {
            Self::Attached { connection, .. } => connection,
            Self::Own { handle, .. } => handle.connection(),
        }
    }

    /// Ends an endpoint of this process. While it still has runs to serve, or others that use it, a process in the
    /// background takes over.
    pub(crate) async fn close(self, printer: Printer) -> Result<()> {
        let Self::Own { handle, home } = self else { return Ok(()) };
        let leave = Leave::ask(&home.endpoint()).map_err(Failure::fault)?;
        let busy = !handle.is_idle();
        handle.shutdown().await;
        if busy || leave.is_none() {
            let pid = serve_in_background(&home)?;
            if !busy {
                return Ok(());
            }
            printer.talk(format_args!(
                "the embedded endpoint goes on in the background (process {pid}) until its runs have ended"
            ));
        }
        Ok(())
    }
}

/// The options of an endpoint on the user's own state directory.
pub(crate) fn options(home: &Home) -> Result<Options> {
    let command = std::env::current_exe()
        .map_err(|error| Failure::fault(error).context("cannot find the path of this command"))?;
    let mut options = Options::new(home.endpoint(), vec![command.clone().into(), "job-host".into()]);
    options.path_prepend = command.parent().map(std::path::Path::to_path_buf);
    Ok(options)
}

/// Turns an endpoint that could not start into a failure with a way out.
pub(crate) fn failure(error: sagewright_local::Error) -> Failure {
    use sagewright_local::Error;
    let hint = error.hint();
    let failure = match error {
        Error::AlreadyRunning { .. } | Error::NotWritable { .. } | Error::Listen { .. } => {
            Failure::input_error(error)
        }
        _ => Failure::fault(error),
    };
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// The endpoint that another process serves on the user's state directory, if one answers.
pub(crate) async fn running(home: &Home) -> Result<Option<Connection>> {
    let Some(connection) = sagewright_local::read_connection(&home.endpoint()).map_err(failure)? else {
        return Ok(None);
    };
    let address = connection.endpoint_url.trim_start_matches("http://");
    Ok(tokio::net::TcpStream::connect(address).await.is_ok().then_some(connection))
}

fn serve_in_background(home: &Home) -> Result<u32> {
    use std::os::unix::process::CommandExt;
    let command = std::env::current_exe()
        .map_err(|error| Failure::fault(error).context("cannot find the path of this command"))?;
    let log = fs_err::File::create(home.endpoint().join("background.log")).map_err(Failure::fault)?;
    let child = std::process::Command::new(command)
        .args(["endpoint", "--exit-when-idle", "--state-dir"])
        .arg(home.endpoint())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.into_file())
        .process_group(0)
        .spawn()
        .map_err(|error| Failure::fault(error).context("cannot start the endpoint in the background"))?;
    Ok(child.id())
}
