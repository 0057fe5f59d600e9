//! Reasons as AWS gives them, and what we make of them.

use super::*;

fn of(reason: &str) -> Explanation {
    explain(&Evidence { reason: Some(reason), ..Evidence::default() })
        .unwrap_or_else(|| panic!("no rule knows: {reason}"))
}

fn refused(details: &str, class: &str) -> String {
    format!(
        "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: {details}\nRetry not appropriate on \
         execution of step with PipelineExecutionArn arn:aws:sagemaker:eu-west-1:123456789012:pipeline/training/\
         execution/abcdefghijkl and StepId train. No retry policy configured for the exception type {class}."
    )
}

#[test]
fn every_recorded_reason_has_its_cause() {
    let table = [
        ("AlgorithmError: , exit code: 1", Kind::UserException),
        (
            "ClientError: AlgorithmError: ValueError: no (run.py:3 in train), exit code: 1",
            Kind::UserException,
        ),
        ("AlgorithmError: ExecuteUserScriptError:\nExitCode 1, exit code: 1", Kind::UserException),
        ("AlgorithmError: See job logs for more information", Kind::UserException),
        ("AlgorithmError: , exit code: 127", Kind::Start),
        ("AlgorithmError: , exit code: 137", Kind::OutOfMemory),
        ("ClientError: AlgorithmError: MemoryError: , exit code: 1", Kind::OutOfMemory),
        ("AlgorithmError: OSError: [Errno 28] No space left on device, exit code: 1", Kind::DiskFull),
        (
            "ClientError: AlgorithmError: ModuleNotFoundError: No module named 'torch', exit code: 1",
            Kind::ImportError,
        ),
        ("InternalServerError: We encountered an internal error. Please try again.", Kind::ServiceError),
        (
            "CapacityError: Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error.",
            Kind::Capacity,
        ),
        ("ThrottlingException: Rate exceeded", Kind::Throttling),
        ("MaxRuntimeExceeded", Kind::Timeout),
    ];
    for (reason, kind) in table {
        assert_eq!(of(reason).kind, kind, "{reason}");
    }
}

#[test]
fn a_quota_is_named_with_its_numbers_and_the_request_for_more() {
    let found = of(&refused(
        "The account-level service limit 'ml.p3.2xlarge for training job usage' is 1 Instances, with current \
         utilization of 1 Instances and a request delta of 2 Instances. Please use AWS Service Quotas to request an \
         increase for this quota.",
        "SAGEMAKER_RESOURCE_LIMIT",
    ));
    assert_eq!(found.kind, Kind::Quota);
    assert_eq!(found.missing.as_deref(), Some("ml.p3.2xlarge for training job usage"));
    assert!(found.sentence.ends_with("is 1; 1 are in use and 2 more are wanted"), "{}", found.sentence);
    assert!(found.fix.unwrap().contains("--desired-value 3 "));
}

#[test]
fn a_quota_of_zero_is_said_so() {
    let found = of(
        "ResourceLimitExceeded: The account-level service limit 'ml.g5.xlarge for processing job usage' is \
                    0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.",
    );
    assert!(found.sentence.contains("is 0: it has to be raised"), "{}", found.sentence);
}

#[test]
fn passing_a_role_names_who_needs_what() {
    let found = of(&refused(
        "User: arn:aws:sts::123456789012:assumed-role/ml-jobs/sagemaker-pipeline-abcdefghijkl-train is not authorized \
         to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/ml-jobs because no identity-based policy \
         allows the iam:PassRole action",
        "SAGEMAKER_ACCESS_DENIED",
    ));
    assert_eq!((found.kind, found.missing.as_deref()), (Kind::PassRole, Some("iam:PassRole")));
    assert!(found.sentence.starts_with("the role `ml-jobs` may not hand the role"), "{}", found.sentence);
    assert!(found.fix.unwrap().contains("--role-name ml-jobs --policy-name sagewright-iam-PassRole"));
}

#[test]
fn a_role_without_trust_gets_its_trust_document() {
    let found = of(
        "ValidationException: Could not assume role arn:aws:iam::123456789012:role/ml-jobs. Please ensure \
                    that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.",
    );
    assert_eq!(found.kind, Kind::Trust);
    let fix = found.fix.unwrap();
    assert!(fix.starts_with("aws iam update-assume-role-policy --role-name ml-jobs "), "{fix}");
    assert!(fix.contains("sagemaker.amazonaws.com"), "{fix}");
}

#[test]
fn s3_refusals_without_a_reason_are_recognised() {
    assert_eq!(of(&refused("null", "SAGEMAKER_ACCESS_DENIED")).kind, Kind::S3Access);
    let found =
        of("ClientError: Data download failed: Access denied when calling S3 GetObject for s3://data/in.csv");
    assert_eq!(found.kind, Kind::S3Access);
    assert!(found.fix.unwrap().contains("arn:aws:s3:::data/*"));
    let found = of(
        "ClientError: No S3 objects found under S3 URL \"s3://data/missing/\" given in input data source.",
    );
    assert_eq!(found.fix.as_deref(), Some("aws s3 ls s3://data/missing/"));
    assert_eq!(of("NoSuchBucket: The specified bucket does not exist").kind, Kind::S3Access);
}

#[test]
fn images_are_named() {
    let found =
        of("ClientError: Requested image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/steps:1a2b not found.");
    assert_eq!(found.kind, Kind::ImagePull);
    assert_eq!(
        found.fix.as_deref(),
        Some("aws ecr describe-images --region eu-west-1 --repository-name steps")
    );
    let found = of("Unsupported manifest media type application/vnd.oci.image.index.v1+json");
    assert_eq!(found.kind, Kind::ImagePull);
}

#[test]
fn keys_and_networks_are_told_apart_from_other_permissions() {
    let denied = |action: &str| {
        format!(
            "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: {action} on resource: arn:aws:x"
        )
    };
    for (action, kind) in [
        ("kms:Decrypt", Kind::Kms),
        ("ec2:CreateNetworkInterface", Kind::Vpc),
        ("ecr:BatchGetImage", Kind::ImagePull),
        ("s3:PutObject", Kind::S3Access),
        ("sagemaker:AddTags", Kind::Permission),
        ("sts:AssumeRole", Kind::Trust),
    ] {
        let found = of(&denied(action));
        assert_eq!((found.kind, found.missing.as_deref()), (kind, Some(action)));
        assert!(found.fix.is_some(), "{action}");
    }
    assert_eq!(of("The subnet ID 'subnet-0abc' does not exist").kind, Kind::Vpc);
}

#[test]
fn statuses_tell_time_outs_from_stops() {
    let stopped = Evidence { status: Some("Stopped"), ..Evidence::default() };
    assert_eq!(explain(&stopped).unwrap().kind, Kind::Stopped);
    let timed_out = Evidence { secondary_status: Some("MaxRuntimeExceeded"), ..stopped };
    assert_eq!(explain(&timed_out).unwrap().kind, Kind::Timeout);
}

#[test]
fn the_log_says_what_the_reason_does_not() {
    let log: Vec<String> =
        ["Traceback (most recent call last):", "  File \"run.py\", line 3", "ValueError: no rows"]
            .map(str::to_owned)
            .to_vec();
    let evidence =
        Evidence { reason: Some("AlgorithmError: , exit code: 1"), log_tail: &log, ..Evidence::default() };
    assert_eq!(explain(&evidence).unwrap().sentence, "the step's code failed: ValueError: no rows");
}

#[test]
fn what_no_rule_knows_is_left_alone() {
    let evidence = Evidence { reason: Some("a reason of the future"), ..Evidence::default() };
    assert_eq!(explain(&evidence), None);
}
