"""An endpoint's services and the few sentences in which the tests speak of them."""

import functools
import uuid
from typing import Any

from kit import definitions
from kit.endpoint import Endpoint, terminal
from kit.waiting import DEADLINE, until


def token() -> str:
    """A fresh client request token."""
    return uuid.uuid4().hex


class Service:
    """Checked boto3 clients of one endpoint, and what the tests do with them again and again."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Makes no client yet: each is made when it is first used."""
        self.endpoint = endpoint

    @functools.cached_property
    def sagemaker(self) -> Any:
        """SageMaker."""
        return self.endpoint.client("sagemaker")

    @functools.cached_property
    def s3(self) -> Any:
        """S3."""
        return self.endpoint.client("s3")

    @functools.cached_property
    def logs(self) -> Any:
        """CloudWatch Logs."""
        return self.endpoint.client("logs")

    @functools.cached_property
    def sts(self) -> Any:
        """STS."""
        return self.endpoint.client("sts")

    def create(self, steps: list[definitions.Step] | str, name: str | None = None, **extra: Any) -> str:
        """Creates a pipeline of a fresh name and gives the name. `parameters` goes into the definition."""
        name = name or f"p-{uuid.uuid4().hex[:12]}"
        parameters = extra.pop("parameters", None)
        definition = steps if isinstance(steps, str) else definitions.text(steps, parameters)
        request = {"PipelineName": name, "PipelineDefinition": definition, "RoleArn": definitions.ROLE}
        self.sagemaker.create_pipeline(**request, ClientRequestToken=token(), **extra)
        return name

    def start(self, name: str, parameters: dict[str, Any] | None = None, **extra: Any) -> str:
        """Starts an execution and gives its ARN."""
        request = {"PipelineName": name, "ClientRequestToken": token(), **extra}
        if parameters is not None:
            request["PipelineParameters"] = [{"Name": key, "Value": str(value)} for key, value in parameters.items()]
        arn: str = self.sagemaker.start_pipeline_execution(**request)["PipelineExecutionArn"]
        return arn

    def run(self, steps: list[definitions.Step] | str, values: dict[str, Any] | None = None, **extra: Any) -> str:
        """Creates, starts and waits; gives the execution's ARN. `values` are those of this start."""
        arn = self.start(self.create(steps, **extra), values)
        self.wait(arn)
        return arn

    def execution(self, arn: str) -> dict[str, Any]:
        """DescribePipelineExecution."""
        described: dict[str, Any] = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        return described

    def status(self, arn: str) -> str:
        """An execution's status."""
        status: str = self.execution(arn)["PipelineExecutionStatus"]
        return status

    def wait(self, arn: str, deadline: float = DEADLINE) -> str:
        """Waits for an execution's end and gives its status."""

        def ended() -> str | None:
            status = self.status(arn)
            return status if terminal(status) else None

        return until(ended, f"{arn} ends", deadline)

    def steps(self, arn: str) -> dict[str, dict[str, Any]]:
        """The steps of an execution by name, in the order in which they started."""
        pages = self.sagemaker.get_paginator("list_pipeline_execution_steps").paginate(
            PipelineExecutionArn=arn, SortOrder="Ascending"
        )
        return {step["StepName"]: step for page in pages for step in page["PipelineExecutionSteps"]}

    def states(self, arn: str) -> dict[str, str]:
        """The state of every step that was started."""
        return {name: step["StepStatus"] for name, step in self.steps(arn).items()}

    def wait_step(self, arn: str, step: str, state: str) -> None:
        """Waits until a step is in a state."""
        until(lambda: self.states(arn).get(step) == state, f"step {step} of {arn} is {state}")

    def job_name(self, arn: str, step: str) -> str:
        """The name of the job that a step made."""
        metadata = self.steps(arn)[step]["Metadata"]
        (job,) = metadata.values()
        name: str = job["Arn"].rsplit("/", 1)[-1]
        return name

    def job(self, arn: str, step: str) -> dict[str, Any]:
        """The description of the job that a step made."""
        name = self.job_name(arn, step)
        described: dict[str, Any]
        if "TrainingJob" in self.steps(arn)[step]["Metadata"]:
            described = self.sagemaker.describe_training_job(TrainingJobName=name)
        else:
            described = self.sagemaker.describe_processing_job(ProcessingJobName=name)
        return described

    def stop(self, arn: str) -> None:
        """StopPipelineExecution."""
        self.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=token())

    def retry(self, arn: str) -> None:
        """RetryPipelineExecution."""
        self.sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=token())

    def put(self, uri: str, body: bytes) -> None:
        """Writes an object, and its bucket where there is none yet."""
        bucket, key = split(uri)
        if bucket not in {known["Name"] for known in self.s3.list_buckets()["Buckets"]}:
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def read(self, uri: str) -> bytes:
        """Reads an object."""
        bucket, key = split(uri)
        body: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def keys(self, uri: str) -> list[str]:
        """The keys below a prefix, relative to it."""
        bucket, prefix = split(uri.rstrip("/") + "/")
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return sorted(entry["Key"][len(prefix) :] for page in pages for entry in page.get("Contents", []))

    def output(self, arn: str, step: str) -> str:
        """What a step's job wrote to its log."""
        kind = "Training" if "TrainingJob" in self.steps(arn)[step]["Metadata"] else "Processing"
        group = f"/aws/sagemaker/{kind}Jobs"
        streams = self.logs.describe_log_streams(
            logGroupName=group, logStreamNamePrefix=self.job_name(arn, step) + "/", orderBy="LogStreamName"
        )["logStreams"]
        lines: list[str] = []
        for stream in streams:
            request = {
                "logGroupName": group,
                "logStreamName": stream["logStreamName"],
                "startFromHead": True,
            }
            while True:
                page = self.logs.get_log_events(**request)
                lines.extend(event["message"] for event in page["events"])
                if request.get("nextToken") == page["nextForwardToken"]:
                    break
                request["nextToken"] = page["nextForwardToken"]
        return "\n".join(lines)


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 URI."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
