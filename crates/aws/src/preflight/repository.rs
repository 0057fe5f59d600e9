//! Whether the repositories of images are there.

use serde::Serialize;

use super::{Finding, Subject, once};
use crate::patience::patient;
use crate::{Error, Result, Session};

const CHECK: &str = "images";

/// A repository of ECR.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Repository {
    /// The account it belongs to.
    pub account_id: String,
    /// Its region.
    pub region: String,
    /// Its name, slashes included.
    pub name: String,
}

impl Repository {
    /// The repository in an image's address; `None` for images that are elsewhere.
    pub fn of_image(image: &str) -> Option<Self> {
        let (registry, path) = image.split_once('/')?;
        let mut parts = registry.split('.');
        let account_id = parts.next()?.to_owned();
        if (parts.next()?, parts.next()?) != ("dkr", "ecr") {
            return None;
        }
        let region = parts.next()?.to_owned();
        let name = path.split(['@', ':']).next()?.to_owned();
        Some(Self { account_id, region, name })
    }
}

pub(super) async fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for repository in &subject.repositories {
        let Repository { name, region, .. } = repository;
        let here = subject.session.region();
        if region != here {
            findings.push(
                Finding::failed(
                    CHECK,
                    format!("the repository `{name}` is in {region}, and jobs run in {here}"),
                )
                .hint("SageMaker pulls images only from ECR in its own region"),
            );
            continue;
        }
        findings.push(match exists(subject.session, repository).await {
            Ok(true) => Finding::ok(CHECK, format!("the repository `{name}` is there")),
            Ok(false) => Finding::failed(CHECK, format!("there is no repository `{name}`"))
                .hint(format!("aws ecr create-repository --region {region} --repository-name {name}")),
            Err(error) => Finding::error(CHECK, &error),
        });
    }
    findings
}

async fn exists(session: &Session, repository: &Repository) -> Result<bool> {
    let ecr = aws_sdk_ecr::Client::new(&once(session));
    let answer = patient(|| async {
        ecr.describe_repositories()
            .registry_id(&repository.account_id)
            .repository_names(&repository.name)
            .send()
            .await
            .map_err(|error| Error::from_sdk("DescribeRepositories", &error))
    });
    match answer.await {
        Ok(_) => Ok(true),
        Err(Error::Refused { code, .. }) if code == "RepositoryNotFoundException" => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the repository, for whoever is about to push to it. Says whether there was none.
pub async fn create_repository(session: &Session, name: &str) -> Result<bool> {
    let ecr = aws_sdk_ecr::Client::new(&once(session));
    let answer = patient(|| async {
        ecr.create_repository()
            .repository_name(name)
            .send()
            .await
            .map_err(|error| Error::from_sdk("CreateRepository", &error))
    });
    match answer.await {
        Ok(_) => Ok(true),
        Err(Error::Refused { code, .. }) if code == "RepositoryAlreadyExistsException" => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_read_off_images() {
        let found =
            Repository::of_image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/steps:1a2b").unwrap();
        assert_eq!((found.region.as_str(), found.name.as_str()), ("eu-west-1", "team/steps"));
        let digest = Repository::of_image("1.dkr.ecr.cn-north-1.amazonaws.com.cn/steps@sha256:00").unwrap();
        assert_eq!(digest.name, "steps");
        assert_eq!(Repository::of_image("python:3.12"), None);
        assert_eq!(Repository::of_image("ghcr.io/acme/steps"), None);
    }
}
