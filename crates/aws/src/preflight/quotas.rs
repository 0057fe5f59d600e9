//! Whether the account's quotas let the jobs start at all, where they can be read.

use aws_sdk_servicequotas::types::ServiceQuota;
use std::collections::BTreeMap;

use super::{Finding, Instances, Subject, once};
use crate::patience::patient;
use crate::{Error, Result, Session};

const CHECK: &str = "quotas";

pub(super) async fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wanted: Vec<(String, &Instances, bool)> = subject
        .instances
        .iter()
        .flat_map(|it| {
            let usage = (format!("{} for {} job usage", it.instance_type, it.job_kind), it, true);
            let pool = (format!("{} for training warm pool usage", it.instance_type), it, false);
            [Some(usage), (it.warm_pool && it.job_kind == "training").then_some(pool)]
        })
        .flatten()
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = wanted.iter().map(|(name, ..)| name.as_str()).collect();
    let quotas = match quotas(subject.session, &names).await {
        Ok(quotas) => quotas,
        Err(error) => return vec![Finding::error(CHECK, &error)],
    };
    let mut findings = Vec::new();
    for (name, instances, needed) in &wanted {
        let request = format!(
            "aws service-quotas request-service-quota-increase --service-code sagemaker --desired-value 1 --quota-code {}",
            quotas.get(name).map_or("CODE", |quota| quota.code.as_str())
        );
        findings.push(match quotas.get(name).map(|quota| quota.value) {
            None => Finding::unknown(CHECK, format!("AWS lists no quota `{name}`")),
            Some(value) if value >= 1.0 => Finding::ok(CHECK, format!("`{name}` is {value}")),
            Some(_) if *needed => {
                Finding::failed(CHECK, format!("`{name}` is 0: no such job can start")).hint(request)
            }
            Some(_) => Finding::warning(
                CHECK,
                format!("`{name}` is 0: jobs run, but `{}` is not kept warm", instances.instance_type),
            )
            .hint(request),
        });
    }
    findings
}

struct Quota {
    code: String,
    value: f64,
}

/// Reads on until every wanted quota was seen: an account has more than a thousand.
async fn quotas(session: &Session, wanted: &[&str]) -> Result<BTreeMap<String, Quota>> {
    let client = aws_sdk_servicequotas::Client::new(&once(session));
    let mut found = BTreeMap::new();
    let mut next = None;
    loop {
        let page = patient(|| async {
            client
                .list_service_quotas()
                .service_code("sagemaker")
                .max_results(100)
                .set_next_token(next.clone())
                .send()
                .await
                .map_err(|error| Error::from_sdk("ListServiceQuotas", &error))
        })
        .await?;
        for ServiceQuota { quota_name, quota_code, value, .. } in page.quotas.unwrap_or_default() {
            let (Some(name), Some(code), Some(value)) = (quota_name, quota_code, value) else { continue };
            if wanted.contains(&name.as_str()) {
                found.insert(name, Quota { code, value });
            }
        }
        next = page.next_token;
        if next.is_none() || found.len() == wanted.len() {
            return Ok(found);
        }
    }
}
