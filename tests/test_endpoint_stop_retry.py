"""Stopping executions and jobs, and going on after a failure."""

import pytest
from botocore.exceptions import ClientError

from kit.definitions import processing, training
from kit.gate import Gate
from kit.service import Service, token

#: Waits for SIGTERM, says that it came, and ends well.
TERMINABLE = "trap 'echo got TERM; exit 0' TERM; echo >>$GATE/up.here; while [ -d $GATE ]; do sleep 0.02; done"


@pytest.mark.parametrize("kind", [training, processing], ids=["training", "processing"])
def test_a_stop_reaches_the_job_as_sigterm(aws: Service, gate: Gate, kind: object) -> None:
    assert callable(kind)
    steps = [
        kind("runs", TERMINABLE, environment=gate.environment),
        processing("never", DependsOn=["runs"]),
    ]
    arn = aws.start(aws.create(steps))
    gate.wait_for("up")
    answer = aws.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=token())
    assert answer["PipelineExecutionArn"] == arn
    assert aws.wait(arn) == "Stopped"
    assert aws.states(arn) == {"runs": "Stopped"}
    assert "got TERM" in aws.output(arn, "runs")
    job = aws.job(arn, "runs")
    assert job.get("TrainingJobStatus", job.get("ProcessingJobStatus")) == "Stopped"


def test_a_stopping_execution_says_so(aws: Service, gate: Gate) -> None:
    arn = aws.start(aws.create([processing("slow-to-stop", gate.slow_to_stop(), environment=gate.environment)]))
    gate.wait_for("up")
    aws.stop(arn)
    gate.wait_for("term")
    assert aws.status(arn) == "Stopping"
    assert aws.states(arn) == {"slow-to-stop": "Stopping"}
    gate.open("term")
    assert aws.wait(arn) == "Stopped"


def test_an_ended_execution_cannot_be_stopped(aws: Service) -> None:
    arn = aws.run([processing("only")])
    with pytest.raises(ClientError, match=r"(ValidationException|ConflictException)"):
        aws.stop(arn)
    assert aws.status(arn) == "Succeeded"


@pytest.mark.parametrize("kind", ["training", "processing"])
def test_a_job_can_be_stopped_by_itself(aws: Service, gate: Gate, kind: str) -> None:
    make = {"training": training, "processing": processing}[kind]
    arn = aws.start(aws.create([make("runs", TERMINABLE, environment=gate.environment)]))
    gate.wait_for("up")
    name = aws.job_name(arn, "runs")
    if kind == "training":
        aws.sagemaker.stop_training_job(TrainingJobName=name)
    else:
        aws.sagemaker.stop_processing_job(ProcessingJobName=name)
    assert aws.wait(arn) in {"Stopped", "Failed"}
    job = aws.job(arn, "runs")
    assert job.get("TrainingJobStatus", job.get("ProcessingJobStatus")) == "Stopped"
    assert "got TERM" in aws.output(arn, "runs")


def test_a_retry_goes_on_where_the_execution_failed(aws: Service, gate: Gate) -> None:
    env = gate.environment
    steps = [
        processing("first", gate.mark("first"), environment=env),
        processing("second", gate.mark("second") + "test -e $GATE/ok.open", environment=env, DependsOn=["first"]),
        processing("third", gate.mark("third"), environment=env, DependsOn=["second"]),
    ]
    arn = aws.run(steps)
    assert aws.status(arn) == "Failed"
    failed_job = aws.job_name(arn, "second")
    first_job = aws.job_name(arn, "first")

    gate.open("ok")
    answer = aws.sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=token())
    assert answer["PipelineExecutionArn"] == arn
    assert aws.wait(arn) == "Succeeded"
    assert aws.states(arn) == {"first": "Succeeded", "second": "Succeeded", "third": "Succeeded"}
    # What had succeeded is not done again; what had failed is a new attempt with a new job.
    assert [gate.arrivals(name) for name in ("first", "second", "third")] == [1, 2, 1]
    assert aws.job_name(arn, "first") == first_job
    assert aws.job_name(arn, "second") != failed_job
    assert aws.steps(arn)["second"]["AttemptCount"] == 2
    assert "FailureReason" not in aws.steps(arn)["second"]
    assert "FailureReason" not in aws.execution(arn)


def test_a_stopped_execution_can_be_retried(aws: Service, gate: Gate) -> None:
    script = gate.mark("up") + "trap 'exit 1' TERM; while [ -d $GATE ] && [ ! -e $GATE/ok.open ]; do sleep 0.02; done"
    arn = aws.start(aws.create([processing("only", script, environment=gate.environment)]))
    gate.wait_for("up")
    aws.stop(arn)
    assert aws.wait(arn) == "Stopped"
    gate.open("ok")
    aws.retry(arn)
    assert aws.wait(arn) == "Succeeded"
    assert gate.arrivals("up") == 2


def test_a_retry_that_fails_again_can_be_retried_again(aws: Service, gate: Gate) -> None:
    step = processing("only", gate.mark("only") + "test -e $GATE/ok.open", environment=gate.environment)
    arn = aws.run([step])
    aws.retry(arn)
    assert aws.wait(arn) == "Failed"
    assert aws.steps(arn)["only"]["AttemptCount"] == 2
    gate.open("ok")
    aws.retry(arn)
    assert aws.wait(arn) == "Succeeded"
    assert gate.arrivals("only") == 3


def test_only_what_ended_badly_can_be_retried(aws: Service, gate: Gate) -> None:
    arn = aws.run([processing("only")])
    with pytest.raises(ClientError, match=r"(ValidationException|ConflictException)"):
        aws.retry(arn)
    arn = aws.start(aws.create([processing("only", gate.wait("g"), environment=gate.environment)]))
    gate.wait_for("g")
    with pytest.raises(ClientError, match=r"(ValidationException|ConflictException)"):
        aws.retry(arn)
    gate.open("g")
    assert aws.wait(arn) == "Succeeded"


def test_a_retry_may_change_the_parallelism(aws: Service) -> None:
    arn = aws.run([processing("bad", "exit 1")])
    aws.sagemaker.retry_pipeline_execution(
        PipelineExecutionArn=arn,
        ClientRequestToken=token(),
        ParallelismConfiguration={"MaxParallelExecutionSteps": 7},
    )
    aws.wait(arn)
    assert aws.execution(arn)["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 7}
