#!/usr/bin/env python3
"""Writes fixtures/foreign/*.json: pipeline definitions made by other tools, with entry points that exist here.

    python3 -m venv /tmp/foreign
    /tmp/foreign/bin/pip install "zenml[server]==0.98.0" "sagemaker>=2.237.3,<3" s3fs
    /tmp/foreign/bin/python scripts/make_foreign_definitions.py

The tools' own code writes the definitions. Their HTTP requests end in this process: a handler answers for AWS, and the
definition is what their CreatePipeline request carries.
"""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import tempfile
import types
import uuid
from typing import Any

FOREIGN = pathlib.Path(__file__).resolve().parent.parent / "fixtures/foreign"
ACCOUNT = "123456789012"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/sm"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
ML = "${SAGEWRIGHT_ML_ROOT:-/opt/ml}"

SDK_CONFIGURATION = """
SchemaVersion: "1.0"
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
"""

# Nothing of whoever runs this may get into a definition, nothing may ask the network.
for name in [name for name in os.environ if name.startswith(("AWS_", "ZENML_"))]:
    del os.environ[name]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "ZENML_ANALYTICS_OPT_IN": "False",
}


def offline_session(requests: dict[str, Any]) -> Any:
    """A boto3 session that reaches nothing; what is sent to SageMaker is kept in `requests` by operation."""
    import boto3
    from botocore.awsrequest import AWSResponse

    def answer(request: Any, event_name: str, **_: object) -> AWSResponse:
        _, service, operation = event_name.split(".")
        body = ""
        if service == "sts":
            body = (
                '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
                f"<Account>{ACCOUNT}</Account><UserId>AIDA</UserId><Arn>arn:aws:iam::{ACCOUNT}:user/me</Arn>"
                "</GetCallerIdentityResult></GetCallerIdentityResponse>"
            )
        elif operation == "ListBuckets":
            names = ("acme", f"sagemaker-{REGION}-{ACCOUNT}")
            created = "<CreationDate>2026-01-01T00:00:00.000Z</CreationDate>"
            buckets = "".join(f"<Bucket><Name>{name}</Name>{created}</Bucket>" for name in names)
            body = f"<ListAllMyBucketsResult><Buckets>{buckets}</Buckets></ListAllMyBucketsResult>"
        elif service == "sagemaker":
            requests[operation] = json.loads(request.body)
            arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/p"
            body = json.dumps({"PipelineArn": arn, "PipelineExecutionArn": f"{arn}/execution/abcdefghijkl"})
        raw = types.SimpleNamespace(stream=lambda *_, **__: iter([body.encode()]))
        return AWSResponse(request.url, 200, {}, raw)

    session = boto3.Session(
        region_name=REGION,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="example",
    )
    session.events.register("before-send", answer)
    return session


def sdk_abalone() -> dict[str, Any]:
    """A pipeline in the manner of the SageMaker SDK's abalone example: prepare, fit, evaluate, then one of two ways."""
    from sagemaker.estimator import Estimator
    from sagemaker.inputs import TrainingInput
    from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
    from sagemaker.workflow.condition_step import ConditionStep
    from sagemaker.workflow.conditions import ConditionLessThanOrEqualTo
    from sagemaker.workflow.execution_variables import ExecutionVariables
    from sagemaker.workflow.fail_step import FailStep
    from sagemaker.workflow.functions import Join, JsonGet
    from sagemaker.workflow.parameters import ParameterFloat, ParameterInteger, ParameterString
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker.workflow.pipeline_context import PipelineSession
    from sagemaker.workflow.properties import PropertyFile
    from sagemaker.workflow.retry import (
        SageMakerJobExceptionTypeEnum,
        SageMakerJobStepRetryPolicy,
        StepExceptionTypeEnum,
        StepRetryPolicy,
    )
    from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep

    requests: dict[str, Any] = {}
    session = PipelineSession(boto_session=offline_session(requests), default_bucket="acme")
    image = f"{REGISTRY}/steps:1"

    def entry_point(folder: str, script: str) -> list[str]:
        return ["sh", "-c", f"exec python3 {ML}/{folder}/{script}"]

    def processor(script: str, **extra: Any) -> Processor:
        return Processor(
            role=ROLE,
            image_uri=image,
            instance_count=1,
            instance_type="ml.m5.large",
            entrypoint=entry_point("processing/input/code", script),
            sagemaker_session=session,
            **extra,
        )

    def code() -> ProcessingInput:
        return ProcessingInput(source="s3://acme/code", destination="/opt/ml/processing/input/code", input_name="code")

    rows = ParameterInteger(name="Rows", default_value=100)
    threshold = ParameterFloat(name="Threshold", default_value=6.0)
    bucket = ParameterString(name="Bucket", default_value="acme")
    train_uri = Join(on="/", values=["s3:/", bucket, "runs", ExecutionVariables.PIPELINE_EXECUTION_ID, "train"])
    prepare = ProcessingStep(
        name="prepare",
        step_args=processor(
            "prepare.py", env={"ROWS": rows.to_string(), "ARN": ExecutionVariables.PIPELINE_EXECUTION_ARN}
        ).run(
            inputs=[code()],
            outputs=[
                ProcessingOutput(output_name="train", source="/opt/ml/processing/output/train", destination=train_uri)
            ],
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
        retry_policies=[
            StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], interval_seconds=5, max_attempts=3)
        ],
    )
    estimator = Estimator(
        image_uri=image,
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_path="s3://acme/models",
        keep_alive_period_in_seconds=300,
        hyperparameters={"depth": 3},
        container_entry_point=entry_point("input/data/code", "fit.py"),
        sagemaker_session=session,
    )
    train_output = prepare.properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri
    fit = TrainingStep(
        name="fit",
        step_args=estimator.fit({"train": TrainingInput(train_output), "code": TrainingInput("s3://acme/code")}),
        retry_policies=[
            SageMakerJobStepRetryPolicy(
                exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT],
                interval_seconds=60,
                max_attempts=5,
            )
        ],
    )
    evaluation = PropertyFile(name="Eval", output_name="eval", path="evaluation.json")
    evaluate = ProcessingStep(
        name="evaluate",
        step_args=processor("evaluate.py").run(
            inputs=[
                ProcessingInput(
                    source=fit.properties.ModelArtifacts.S3ModelArtifacts,
                    destination="/opt/ml/processing/model",
                ),
                code(),
            ],
            outputs=[ProcessingOutput(output_name="eval", source="/opt/ml/processing/eval")],
        ),
        property_files=[evaluation],
    )
    register = ProcessingStep(name="register", step_args=processor("register.py").run(inputs=[code()]))
    too_bad = FailStep(name="too-bad", error_message=Join(on=" ", values=["mse above", threshold.to_string()]))
    mse = JsonGet(step_name="evaluate", property_file=evaluation, json_path="mse")
    good_enough = ConditionStep(
        name="good-enough",
        conditions=[ConditionLessThanOrEqualTo(left=mse, right=threshold)],
        if_steps=[register],
        else_steps=[too_bad],
    )
    pipeline = Pipeline(
        name="abalone",
        parameters=[rows, threshold, bucket],
        steps=[prepare, fit, evaluate, good_enough],
        sagemaker_session=session,
    )
    pipeline.create(role_arn=ROLE)
    return sent(requests)


def zenml_chain() -> dict[str, Any]:
    """A chain of ten steps as ZenML's SageMaker orchestrator submits it."""
    from zenml.integrations.aws.flavors.sagemaker_orchestrator_flavor import (
        SagemakerOrchestratorConfig,
        SagemakerOrchestratorSettings,
    )
    from zenml.integrations.aws.orchestrators import SagemakerOrchestrator

    requests: dict[str, Any] = {}
    boto_session = offline_session(requests)

    class Orchestrator(SagemakerOrchestrator):
        """The orchestrator without the server that would know its stack and build its image."""

        def get_connector(self) -> Any:
            """Stands for a connector that hands out the offline session."""
            return types.SimpleNamespace(connect=lambda: boto_session)

        def connector_has_expired(self) -> bool:
            """Never."""
            return False

        def get_image(self, **_: Any) -> str:
            """The image that a build would have made."""
            return f"{REGISTRY}/base:1"

        def get_settings(self, _: Any) -> SagemakerOrchestratorSettings:
            """The settings where a user gives none."""
            return SagemakerOrchestratorSettings(synchronous=False)

        def compute_metadata(self, **_: Any) -> dict[str, Any]:
            """Nothing: there is no run to link to."""
            return {}

    names = ["one", *(f"one_{number}" for number in range(2, 11))]
    ids = {name: uuid.uuid5(uuid.NAMESPACE_URL, f"sagewright/{name}") for name in ("user", "stack", "project", "run")}
    environment = {
        "ZENML_USER_ID": str(ids["user"]),
        "ZENML_ANALYTICS_OPT_IN": "False",
        "ZENML_VERSION": "0.98.0",
        "ZENML_ACTIVE_STACK_ID": str(ids["stack"]),
        "ZENML_ACTIVE_PROJECT_ID": str(ids["project"]),
        "ZENML_STORE_TYPE": "rest",
        "ZENML_STORE_URL": "http://127.0.0.1:8237",
        "ZENML_STORE_VERIFY_SSL": "True",
        "ZENML_STORE_HTTP_TIMEOUT": "30",
        "ZENML_STORE_CONNECTION_POOL_SIZE": "10",
        "DISABLE_CREDENTIALS_DISK_CACHING": "true",
    }
    upstream = {name: [before] for before, name in itertools.pairwise(names)}
    snapshot = types.SimpleNamespace(
        id=ids["run"],
        schedule=None,
        pipeline_configuration=types.SimpleNamespace(name="chain"),
        step_configurations={
            name: types.SimpleNamespace(spec=types.SimpleNamespace(upstream_steps=upstream.get(name, [])))
            for name in names
        },
    )
    configuration = SagemakerOrchestratorConfig(execution_role=ROLE, region=REGION)
    orchestrator = Orchestrator.__new__(Orchestrator)
    orchestrator._config = configuration
    orchestrator._sagemaker_session = None
    orchestrator.submit_pipeline(
        snapshot=snapshot,
        stack=None,
        base_environment={},
        step_environments={name: dict(environment) for name in names},
    )
    return sent(requests)


def sent(requests: dict[str, Any]) -> dict[str, Any]:
    """The definition in a captured CreatePipeline request."""
    definition: dict[str, Any] = json.loads(requests["CreatePipeline"]["PipelineDefinition"])
    return definition


def main() -> None:
    """Writes every definition, or says which tool is missing."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as sdk_configuration:
        sdk_configuration.write(SDK_CONFIGURATION)
        sdk_configuration.flush()
        os.environ["SAGEMAKER_ADMIN_CONFIG_OVERRIDE"] = sdk_configuration.name
        os.environ["SAGEMAKER_USER_CONFIG_OVERRIDE"] = sdk_configuration.name
        write_all()


def write_all() -> None:
    """Writes every definition."""
    for name, make in {"sdk-abalone": sdk_abalone, "zenml-chain-10": zenml_chain}.items():
        try:
            definition = make()
        except ModuleNotFoundError as error:
            raise SystemExit(f"{name}: {error}; the head of this file says what to install") from None
        path = FOREIGN / f"{name}.json"
        path.write_text(json.dumps(definition, indent=2) + "\n")
        print(f"{path}: {len(definition['Steps'])} steps")


if __name__ == "__main__":
    main()
