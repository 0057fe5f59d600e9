"""kill -9 of the endpoint, at every point: nothing is lost, and the run ends truthfully."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from kit import definitions
from kit.definitions import compare, condition, get, join, parameter, processing, processing_output, property_of
from kit.endpoint import Endpoint, StartError, terminal
from kit.gate import Gate
from kit.service import Service, token
from kit.waiting import until

#: More journal entries than the pipeline below can have; a loop that comes here never crashed the endpoint.
MOST_ENTRIES = 200


def pipeline(gate: Gate) -> str:
    """Both kinds of job, a file between them, a condition, and two steps side by side."""
    target = join("/", "s3://sagewright/recovery", get("Execution.PipelineExecutionId"))
    make = processing(
        "make",
        gate.mark("make") + "echo '{\"n\": 5}' >$ML/processing/out/n.json",
        outputs=[processing_output("o", target, "out")],
        environment=gate.environment,
        PropertyFiles=[definitions.property_file("F", "o", "n.json")],
    )
    fit = definitions.training(
        "fit",
        gate.mark("fit") + "cp $ML/input/data/n/n.json $ML/model",
        channels={"n": target},
        environment=gate.environment,
        DependsOn=["make"],
    )
    beside = processing("beside", gate.mark("beside"), environment=gate.environment)
    which = condition(
        "which",
        [compare("Equals", property_of("make", "F", "n"), get("Parameters.N"))],
        [processing("yes", gate.mark("yes"), environment=gate.environment)],
        [processing("no", gate.mark("no"), environment=gate.environment)],
        DependsOn=["fit"],
    )
    return definitions.text([make, fit, beside, which], [parameter("N", "Integer", 5)])


class Client:
    """A client that asks again with the same tokens when the endpoint dies under it, as AWS clients do."""

    def __init__(self, definition: str) -> None:
        """Takes the tokens once and for all."""
        self.name = "survives"
        self.definition = definition
        self.create_token, self.start_token = token(), token()
        self.arn: str | None = None

    def run(self, aws: Service) -> None:
        """Creates and starts, from wherever an earlier try came to."""
        aws.sagemaker.create_pipeline(
            PipelineName=self.name,
            PipelineDefinition=self.definition,
            RoleArn=definitions.ROLE,
            ClientRequestToken=self.create_token,
        )
        self.arn = aws.start(self.name, ClientRequestToken=self.start_token)


def follow(client: Client, endpoint: Endpoint) -> bool:
    """Runs the pipeline to its end, or to the endpoint's; says whether the endpoint lived."""
    try:
        aws = Service(endpoint)
        client.run(aws)
        assert client.arn is not None

        def ended() -> bool:
            return terminal(aws.status(client.arn or ""))

        until(ended, "the run ends")
    except (HTTPClientError, BotoCoreError):
        endpoint.wait(20)
        return False
    return endpoint.process.poll() is None


def crash_at(flag: str, entry: int, folder: Path) -> tuple[bool, Gate, Service, Client]:
    """One run during which the endpoint dies at one journal entry, and is then started again."""
    gate = Gate()
    client = Client(pipeline(gate))
    try:
        first = Endpoint(folder / "state", f"--crash-{flag}-entry", str(entry))
        crashed = not follow(client, first)
        first.kill()
    except StartError:
        crashed = True
    second = Endpoint(folder / "state")
    assert follow(client, second), second.log()
    return crashed, gate, Service(second), client


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    """Fresh folders, one after another."""

    def make() -> Iterator[Path]:
        for number in range(MOST_ENTRIES + 1):
            folder = tmp_path / str(number)
            folder.mkdir()
            yield folder

    return make()


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("flag", ["before", "after"])
def test_a_crash_at_every_journal_entry_loses_nothing(flag: str, folders: Iterator[Path]) -> None:
    for entry in range(1, MOST_ENTRIES):
        crashed, gate, aws, client = crash_at(flag, entry, next(folders))
        try:
            check_the_end(aws, gate, client, f"crash {flag} entry {entry}")
        finally:
            aws.endpoint.stop()
        if not crashed:
            break
    else:
        raise AssertionError(f"the endpoint still crashed {flag} entry {MOST_ENTRIES}")
    # A loop that ended at once would have shown nothing.
    assert entry > journal_entries(aws, client), f"only {entry - 1} entries"


def journal_entries(aws: Service, client: Client) -> int:
    """How many entries the journal of the last run has."""
    execution_id = (client.arn or "").rsplit("/", 1)[-1]
    (journal,) = (aws.endpoint.state_dir / "executions" / execution_id).glob("journal*")
    return len(journal.read_text().splitlines())


def check_the_end(aws: Service, gate: Gate, client: Client, where: str) -> None:
    """The run succeeded, every effect is there once, and everything says the same."""
    arn = client.arn or ""
    steps = aws.steps(arn)
    reasons = {name: step.get("FailureReason") for name, step in steps.items()}
    assert aws.status(arn) == "Succeeded", f"{where}: {reasons}"
    assert {name: step["StepStatus"] for name, step in steps.items()} == dict.fromkeys(
        ("make", "fit", "beside", "which", "yes"), "Succeeded"
    ), where
    arrivals = {name: gate.arrivals(name) for name in ("make", "fit", "beside", "yes", "no")}
    assert arrivals == {"make": 1, "fit": 1, "beside": 1, "yes": 1, "no": 0}, where
    executions = aws.sagemaker.list_pipeline_executions(PipelineName=client.name)["PipelineExecutionSummaries"]
    assert [execution["PipelineExecutionArn"] for execution in executions] == [arn], where
    assert executions[0]["PipelineExecutionStatus"] == "Succeeded", where
    execution_id = arn.rsplit("/", 1)[-1]
    assert aws.read(f"s3://sagewright/recovery/{execution_id}/n.json") == b'{"n": 5}\n', where
    job = aws.job(arn, "fit")
    assert job["TrainingJobStatus"] == "Completed", where
    assert aws.read(job["ModelArtifacts"]["S3ModelArtifacts"]), where
    jobs = aws.sagemaker.list_processing_jobs(NameContains=execution_id)["ProcessingJobSummaries"]
    assert sorted(job["ProcessingJobName"].split("-")[2] for job in jobs) == ["beside", "make", "yes"], where
    assert {job["ProcessingJobStatus"] for job in jobs} == {"Completed"}, where
    # What is over does not hold its pipeline.
    aws.sagemaker.delete_pipeline(PipelineName=client.name, ClientRequestToken=token())


def kill_and_restart(aws: Service, between: Any = None) -> Service:
    """Kills with signal 9, then starts another process on the same state."""
    aws.endpoint.kill()
    assert aws.endpoint.process.returncode == -signal.SIGKILL
    if between is not None:
        between()
    return Service(Endpoint(aws.endpoint.state_dir))


def test_a_running_job_is_found_running(tmp_path: Path, gate: Gate) -> None:
    aws = Service(Endpoint(tmp_path / "state"))
    script = gate.mark("started") + "echo before; " + gate.wait("g") + "echo after"
    arn = aws.start(aws.create([processing("long", script, environment=gate.environment)]))
    gate.wait_for("g")
    job = aws.job_name(arn, "long")
    for _ in range(3):
        aws = kill_and_restart(aws)
        assert aws.states(arn) == {"long": "Executing"}
        assert aws.job_name(arn, "long") == job
    gate.open("g")
    assert aws.wait(arn) == "Succeeded"
    assert gate.arrivals("started") == 1
    assert aws.output(arn, "long") == "before\nafter"
    aws.endpoint.stop()


@pytest.mark.parametrize(("code", "status"), [(0, "Succeeded"), (3, "Failed")])
def test_a_job_that_ended_meanwhile_is_found_ended(tmp_path: Path, gate: Gate, code: int, status: str) -> None:
    aws = Service(Endpoint(tmp_path / "state"))
    script = gate.wait("g") + f"echo last words; echo >>$GATE/end.here; exit {code}"
    steps = [
        processing("long", script, environment=gate.environment),
        processing("next", gate.mark("next"), environment=gate.environment, DependsOn=["long"]),
    ]
    arn = aws.start(aws.create(steps))
    gate.wait_for("g")

    def end_the_job() -> None:
        gate.open("g")
        gate.wait_for("end")

    aws = kill_and_restart(aws, end_the_job)
    assert aws.wait(arn) == status
    assert aws.output(arn, "long") == "last words"
    assert gate.arrivals("next") == (1 if code == 0 else 0)
    if code:
        assert "exit code: 3" in aws.steps(arn)["long"]["FailureReason"]
    aws.endpoint.stop()


def test_a_stop_that_was_under_way_is_carried_through(tmp_path: Path, gate: Gate) -> None:
    aws = Service(Endpoint(tmp_path / "state"))
    arn = aws.start(aws.create([processing("long", gate.slow_to_stop(), environment=gate.environment)]))
    gate.wait_for("up")
    aws.stop(arn)
    gate.wait_for("term")
    aws = kill_and_restart(aws)
    assert aws.status(arn) == "Stopping"
    gate.open("term")
    assert aws.wait(arn) == "Stopped"
    assert aws.states(arn) == {"long": "Stopped"}
    aws.endpoint.stop()


@pytest.mark.parametrize("retried", [False, True], ids=["without-a-policy", "with-a-policy"])
def test_a_job_whose_host_was_killed_is_the_services_failure(tmp_path: Path, gate: Gate, retried: bool) -> None:
    policy = {"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 1, "MaxAttempts": 3}
    extra = {"RetryPolicies": [policy]} if retried else {}
    script = "echo $$ >>$GATE/pids; " + gate.wait("g")
    aws = Service(Endpoint(tmp_path / "state"))
    arn = aws.start(aws.create([processing("long", script, environment=gate.environment, **extra)]))
    gate.wait_for("g")
    (pid,) = (gate.folder / "pids").read_text().split()

    def kill_the_host() -> None:
        (host,) = hosts_of(aws.endpoint.state_dir)
        os.kill(host, signal.SIGKILL)

    aws = kill_and_restart(aws, kill_the_host)
    # A job that nobody watches any more must not go on: it would work beside its own second attempt.
    until(lambda: not Path(f"/proc/{pid}").exists(), "the job of the killed host has ended")
    if retried:
        gate.wait_for("g", 2)
        gate.open("g")
        assert aws.wait(arn) == "Succeeded"
        assert aws.steps(arn)["long"]["AttemptCount"] == 2
    else:
        assert aws.wait(arn) == "Failed"
        assert "InternalServerError" in aws.steps(arn)["long"]["FailureReason"]
    aws.endpoint.stop()


def hosts_of(state_dir: Path) -> list[int]:
    """The process ids of the job hosts that serve a state directory of this test."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"job-host" in words and any(str(state_dir).encode() in word for word in words):
            found.append(int(entry.name))
    return found


def test_a_kill_right_after_an_answer_loses_nothing_that_was_answered(tmp_path: Path, gate: Gate) -> None:
    aws = Service(Endpoint(tmp_path / "state"))
    name = aws.create([processing("only", gate.mark("only"), environment=gate.environment)])
    aws = kill_and_restart(aws)
    described = aws.sagemaker.describe_pipeline(PipelineName=name)
    assert described["PipelineStatus"] == "Active"
    arns = []
    for _ in range(8):
        arns.append(aws.start(name))
        aws = kill_and_restart(aws)
    assert [aws.wait(arn) for arn in arns] == ["Succeeded"] * len(arns)
    assert gate.arrivals("only") == len(arns)
    aws.put("s3://sagewright/answered", b"kept")
    aws.sagemaker.delete_pipeline(PipelineName=name, ClientRequestToken=token())
    aws = kill_and_restart(aws)
    assert aws.read("s3://sagewright/answered") == b"kept"
    with pytest.raises(ClientError, match="ResourceNotFound"):
        aws.sagemaker.describe_pipeline(PipelineName=name)
    aws.endpoint.stop()


def test_a_half_written_journal_entry_is_no_obstacle(tmp_path: Path, gate: Gate) -> None:
    aws = Service(Endpoint(tmp_path / "state"))
    steps = [
        processing("first", gate.mark("first"), environment=gate.environment),
        processing("second", gate.wait("g"), environment=gate.environment, DependsOn=["first"]),
    ]
    arn = aws.start(aws.create(steps))
    gate.wait_for("g")
    execution_id = arn.rsplit("/", 1)[-1]

    def tear() -> None:
        journals = [
            path
            for path in aws.endpoint.state_dir.rglob("*")
            if path.is_file() and "journal" in path.name and execution_id in str(path)
        ]
        assert journals, "no journal found"
        for journal in journals:
            with journal.open("ab") as file:
                file.write(b'{"half": "an ent')

    aws = kill_and_restart(aws, tear)
    gate.open("g")
    assert aws.wait(arn) == "Succeeded"
    aws = kill_and_restart(aws)
    assert aws.status(arn) == "Succeeded"
    aws.endpoint.stop()


def test_a_client_meets_an_error_it_can_understand_after_a_restart(tmp_path: Path) -> None:
    aws = Service(Endpoint(tmp_path / "state"))
    name = aws.create([processing("only")])
    once = token()
    arn = aws.start(name, ClientRequestToken=once)
    aws.wait(arn)
    aws = kill_and_restart(aws)
    assert aws.start(name, ClientRequestToken=once) == arn
    with pytest.raises(ClientError, match=r"(ValidationException|ConflictException)"):
        aws.retry(arn)
    aws.endpoint.stop()
