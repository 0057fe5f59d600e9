//! The sentence in which AWS says that somebody may not do something, taken apart.

/// `User: … is not authorized to perform: … on resource: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotAuthorized<'a> {
    /// The ARN of who asked.
    pub(super) who: Option<&'a str>,
    /// The action, such as `iam:PassRole`.
    pub(super) action: &'a str,
    /// The ARN of what it was asked for.
    pub(super) resource: Option<&'a str>,
    /// Whether a policy forbids it, instead of none allowing it.
    pub(super) explicit: bool,
}

impl<'a> NotAuthorized<'a> {
    pub(super) fn find(text: &'a str) -> Option<Self> {
        let after = |start: &str| {
            let rest = text[text.find(start)? + start.len()..].trim_start();
            let word = rest.split(|it: char| it.is_whitespace() || it == ',').next()?;
            let word = word.trim_matches(|it| matches!(it, '"' | '\'' | '`')).trim_end_matches(['.', ';']);
            (!word.is_empty()).then_some(word)
        };
        Some(Self {
            who: after("User:"),
            action: after("not authorized to perform:").filter(|it| it.contains(':'))?,
            resource: after("on resource:"),
            explicit: text.contains("explicit deny"),
        })
    }

    /// The name of the role that asked, if it was one.
    pub(super) fn role(&self) -> Option<&'a str> {
        let who = self.who?;
        let mut parts = who.split(':').nth(5)?.split('/');
        match parts.next()? {
            "assumed-role" => parts.next(),
            "role" => parts.next_back(),
            _ => None,
        }
    }

    /// Who asked, in words.
    pub(super) fn subject(&self) -> String {
        match (self.role(), self.who) {
            (Some(role), _) => format!("the role `{role}`"),
            (None, Some(who)) => format!("`{who}`"),
            (None, None) => "the caller".to_owned(),
        }
    }

    /// The command that allows it; none where a policy forbids it, because allowing would not help.
    pub(super) fn fix(&self) -> Option<String> {
        if self.explicit {
            return None;
        }
        Some(allow(self.role(), self.who, self.action, self.resource.unwrap_or("*")))
    }

    /// Said with a policy that forbids.
    pub(super) fn explicit_hint(&self) -> Option<&'static str> {
        self.explicit.then_some(
            "a policy forbids it explicitly (a service control policy, a permissions boundary or a deny statement), so \
             another permission will not help: ask whoever wrote that policy",
        )
    }
}

/// The command that adds one permission to a role or user.
pub(super) fn allow(role: Option<&str>, who: Option<&str>, action: &str, resource: &str) -> String {
    let name = format!("sagewright-{}", action.replace([':', '*'], "-").trim_matches('-'));
    let user = who.and_then(|arn| arn.split(":user/").nth(1)).and_then(|path| path.rsplit('/').next());
    let target = match (role, user) {
        (Some(role), _) => format!("put-role-policy --role-name {role}"),
        (None, Some(user)) => format!("put-user-policy --user-name {user}"),
        (None, None) => "put-role-policy --role-name ROLE".to_owned(),
    };
    format!(
        "aws iam {target} --policy-name {name} --policy-document \
         '{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"{action}\",\
         \"Resource\":\"{resource}\"}}]}}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_taken_apart() {
        let text = "User: arn:aws:sts::123456789012:assumed-role/ml-jobs/sagemaker-pipeline-abc-train is not \
                    authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/ml-jobs because \
                    no identity-based policy allows the iam:PassRole action";
        let found = NotAuthorized::find(text).unwrap();
        assert_eq!(found.role(), Some("ml-jobs"));
        assert_eq!(found.action, "iam:PassRole");
        assert_eq!(found.resource, Some("arn:aws:iam::123456789012:role/ml-jobs"));
        assert!(found.fix().unwrap().starts_with("aws iam put-role-policy --role-name ml-jobs "));
    }

    #[test]
    fn a_user_gets_a_user_policy_and_a_deny_gets_none() {
        let text = "User: arn:aws:iam::123456789012:user/team/ada is not authorized to perform: s3:PutObject on \
                    resource: \"arn:aws:s3:::bucket/key\"";
        let found = NotAuthorized::find(text).unwrap();
        assert!(found.fix().unwrap().contains("put-user-policy --user-name ada"));
        assert_eq!(found.resource, Some("arn:aws:s3:::bucket/key"));
        let text = format!("{text} with an explicit deny in a service control policy");
        assert_eq!(NotAuthorized::find(&text).unwrap().fix(), None);
    }
}
