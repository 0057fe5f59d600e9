//! `GetCallerIdentity`: who the install's key belongs to.

use crate::connection::ACCOUNT_ID;

/// The response as XML.
pub(crate) fn get_caller_identity(request_id: &str) -> String {
    format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{ACCOUNT_ID}:user/sagewright</Arn><UserId>AIDASAGEWRIGHTLOCAL00</UserId>\
         <Account>{ACCOUNT_ID}</Account></GetCallerIdentityResult><ResponseMetadata>\
         <RequestId>{request_id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
}
