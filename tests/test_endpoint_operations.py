"""Every operation that is promised answers, and botocore's own validator accepts every answer.

The clients of these tests hold each answer against the API model; here, one run through everything makes sure that no
operation was left out, in its good answers and in its errors.
"""

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from kit import conformance, definitions
from kit.endpoint import Endpoint
from kit.gate import Gate
from kit.service import Service, token

SAGEMAKER = {
    "CreatePipeline",
    "DeletePipeline",
    "DescribePipeline",
    "DescribePipelineDefinitionForExecution",
    "DescribePipelineExecution",
    "DescribeProcessingJob",
    "DescribeTrainingJob",
    "ListPipelineExecutionSteps",
    "ListPipelineExecutions",
    "ListPipelineParametersForExecution",
    "ListPipelines",
    "ListProcessingJobs",
    "ListTrainingJobs",
    "RetryPipelineExecution",
    "StartPipelineExecution",
    "StopPipelineExecution",
    "StopProcessingJob",
    "StopTrainingJob",
    "UpdatePipeline",
    "UpdatePipelineExecution",
}
LOGS = {"DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"}
PROMISED = {f"sagemaker.{name}" for name in SAGEMAKER} | {f"logs.{name}" for name in LOGS} | {"sts.GetCallerIdentity"}


def test_every_promised_operation_answers(start_endpoint: Callable[..., Endpoint], gate: Gate) -> None:
    aws = Service(start_endpoint())
    sagemaker, env = aws.sagemaker, gate.environment
    script = "echo up; echo >>$GATE/up.here; test -e $GATE/ok.open || sleep 600"
    steps = [definitions.training("t", script, environment=env), definitions.processing("p", script, environment=env)]
    name = aws.create(steps)
    sagemaker.update_pipeline(PipelineName=name, PipelineDescription="d")
    sagemaker.describe_pipeline(PipelineName=name)
    sagemaker.list_pipelines()
    arn = aws.start(name)
    gate.wait_for("up", 2)
    sagemaker.update_pipeline_execution(PipelineExecutionArn=arn, PipelineExecutionDescription="d")
    sagemaker.stop_training_job(TrainingJobName=aws.job_name(arn, "t"))
    sagemaker.stop_processing_job(ProcessingJobName=aws.job_name(arn, "p"))
    aws.wait(arn)
    gate.open("ok")
    if aws.status(arn) != "Succeeded":
        aws.retry(arn)
        assert aws.wait(arn) == "Succeeded"
    aws.job(arn, "t")
    aws.job(arn, "p")
    sagemaker.list_training_jobs()
    sagemaker.list_processing_jobs()
    sagemaker.list_pipeline_executions(PipelineName=name)
    sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    aws.output(arn, "t")
    aws.logs.describe_log_groups()
    aws.logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs")
    aws.sts.get_caller_identity()
    with pytest.raises(ClientError):
        aws.stop(arn)
    sagemaker.delete_pipeline(PipelineName=name, ClientRequestToken=token())
    assert aws.endpoint.operations_seen >= PROMISED, PROMISED - aws.endpoint.operations_seen


class Answer:
    """An HTTP answer made by hand."""

    def __init__(self, body: str) -> None:
        """Takes the body."""
        self.status_code, self.content = 200, body.encode()
        self.headers = {"Content-Type": "application/x-amz-json-1.1"}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('{"PipelineArn": 7}', "is no string"),
        ('{"PipelineArn": "not an arn"}', "does not match"),
        ('{"Extra": 1}', "unknown member"),
        ('{"PipelineArn": null}', "is no string"),
        ('{"PipelineStatus": "Happy"}', "none of"),
        ('{"CreationTime": "yesterday"}', "is no timestamp"),
        ('{"CreatedBy": []}', "no structure"),
        ('{"ParallelismConfiguration": {"MaxParallelExecutionSteps": 0}}', "not within"),
    ],
)
def test_a_wrong_answer_would_be_seen(body: str, problem: str) -> None:
    """The checker itself: what it does not see, it cannot hold anybody to."""
    model: Any = botocore.session.get_session().get_service_model("sagemaker").operation_model("DescribePipeline")
    problems = conformance.problems_of_answer(Answer(body), {}, model)
    assert any(problem in found for found in problems), problems
