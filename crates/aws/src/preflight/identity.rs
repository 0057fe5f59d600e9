//! Who AWS takes the caller for.

use super::{Finding, Subject};
use crate::Error;

const CHECK: &str = "caller";

pub(super) async fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let caller = match subject.session.caller_identity().await {
        Ok(caller) => caller,
        Err(error @ Error::Refused { .. }) => {
            let finding = Finding::failed(CHECK, error.to_string());
            return vec![match error.hint() {
                Some(hint) => finding.hint(hint),
                None => finding,
            }];
        }
        Err(error) => return vec![Finding::error(CHECK, &error)],
    };
    let account_of_role = subject.execution_role.as_deref().and_then(|arn| arn.split(':').nth(4));
    let finding = match account_of_role {
        Some(account) if account != caller.account_id => Finding::failed(
            CHECK,
            format!(
                "`{}` is in account {}, and the execution role is in account {account}",
                caller.arn, caller.account_id
            ),
        )
        .hint("a role can be passed to SageMaker only within its own account: use other credentials or another role"),
        _ => Finding::ok(CHECK, format!("`{}` in {}", caller.arn, subject.session.region())),
    };
    vec![finding]
}
