"""Runs on a stack that is reached only through AWS's API: an endpoint in another process, with keys."""

import signal
from collections.abc import Callable

import pytest

from kit import stacks
from kit.command import Command, finish
from kit.endpoint import Endpoint
from kit.gate import Gate
from kit.places import SAGEWRIGHT
from kit.service import Service
from kit.waiting import until

ADDING = """
    from typing import Annotated
    from sagewright import pipeline, step

    @step
    def load(rows: int) -> Annotated[list[int], "numbers"]:
        print(f"loading {rows} rows")
        return list(range(rows))

    @step
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    @pipeline
    def adding(rows: int = 4):
        total(load(rows))

    if __name__ == "__main__":
        adding()
    """


@pytest.fixture
def remote(command: Command, endpoint: Endpoint) -> Command:
    """A project whose active stack is the shared endpoint."""
    stacks.register(command, endpoint)
    command.write("run.py", ADDING)
    return command


def test_a_pipeline_runs_and_its_artifacts_are_in_the_stack_s_store(remote: Command, aws: Service) -> None:
    """`python run.py` needs nothing of the endpoint but its API."""
    done = remote.python("run.py").expect(0)
    assert "it is visible from now on" in done.stderr
    assert not (remote.home / "endpoint").exists(), "no endpoint of this home is started"
    run = remote("runs", "show", "latest", "--json").expect(0).json
    run_id = run["run_id"]
    keys = aws.keys(f"{stacks.STORE}/runs/{run_id}")
    assert "run.json" in keys
    assert any(key.startswith("steps/load/1/outputs/numbers/") for key in keys)
    assert "loading 4 rows" in remote("runs", "logs", run_id).expect(0).stdout
    artifacts = remote("artifact", "list", run_id, "--json").expect(0).json
    assert all(it["uri"].startswith(stacks.STORE) for it in artifacts)
    steps = aws.job(f"{run['execution_arn']}", "load")
    assert steps["RoleArn"] == stacks.ROLE
    assert remote("runs", "list", "--stack", "local").expect(0).stdout.count(run_id) == 0


def test_detach_and_synchronous(remote: Command) -> None:
    """`--detach`, or an orchestrator that is not synchronous, returns when the run is started."""
    run_id = remote("run", "run.py", "--detach").expect(0).stdout.strip()
    remote("runs", "watch", run_id).expect(0)
    remote("orchestrator", "update", "sage", "--synchronous=false").expect(0)
    run_id = remote("run", "run.py").expect(0).stdout.strip()
    remote("runs", "watch", run_id).expect(0)


def test_ctrl_c_leaves_the_run_going_and_says_so(remote: Command, gate: Gate, aws: Service) -> None:
    """The run is somebody else's by now; it goes on, and can be stopped from here."""
    remote.write(
        "wait.py",
        f"""
        from pathlib import Path
        from sagewright import pipeline, step
        import time

        @step
        def wait() -> None:
            Path({str(gate.folder)!r}, "started").touch()
            while not Path({str(gate.folder)!r}, "open").exists():
                time.sleep(0.01)

        @pipeline
        def waiting():
            wait()

        if __name__ == "__main__":
            waiting()
        """,
    )
    process = remote.start(SAGEWRIGHT, "run", "wait.py")
    until((gate.folder / "started").exists, "the step starts")
    process.send_signal(signal.SIGINT)
    done = finish(process).expect(130)
    assert "the run goes on" in done.stderr
    run = remote("runs", "show", "latest", "--json").json
    assert aws.status(run["execution_arn"]) == "Executing"
    remote("runs", "stop", run["run_id"]).expect(0)
    assert aws.status(run["execution_arn"]) == "Stopped"


@pytest.mark.parametrize("way", ["keys", "references", "environment", "profile"])
def test_every_way_to_authenticate_reaches_the_endpoint(command: Command, endpoint: Endpoint, way: str) -> None:
    """Explicit keys, keys in a secret, the environment and a profile, on the orchestrator itself."""
    connection = endpoint.connection
    key, secret = connection["access_key_id"], connection["secret_access_key"]
    flags = [f"--endpoint_url={connection['endpoint_url']}", "--region=us-east-1"]
    extra: dict[str, str] = {}
    if way == "keys":
        flags += [f"--aws_access_key_id={key}", f"--aws_secret_access_key={secret}"]
    elif way == "references":
        command("secret", "create", "aws", f"--id={key}", f"--key={secret}").expect(0)
        flags += ["--aws_access_key_id={{aws.id}}", "--aws_secret_access_key={{aws.key}}"]
    elif way == "environment":
        extra = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}
    else:
        credentials = command.write(
            "credentials", f"[team]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
        )
        flags += ["--aws_profile=team"]
        extra = {"AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
    role = f"--execution_role={stacks.ROLE}"
    command(
        *("orchestrator", "register", "sage", "--flavor=sagemaker", role, f"--image_uri={stacks.IMAGE}", *flags)
    ).expect(0)
    command("artifact-store", "register", "bucket", "-f", "s3", f"--path={stacks.STORE}").expect(0)
    command("stack", "register", "cloud", "-o", "sage", "-a", "bucket").expect(0)
    command.write("run.py", ADDING)
    done = command("run", "run.py", "--stack", "cloud", **extra).expect(0)
    assert secret not in done.stdout + done.stderr


def test_an_artifact_store_may_have_a_connection_of_its_own(
    command: Command, endpoint: Endpoint, start_endpoint: Callable[..., Endpoint]
) -> None:
    """A store that is somewhere else than SageMaker is written to with its own keys and address."""
    elsewhere = start_endpoint()
    stacks.register(command, endpoint)
    command(
        *("secret", "create", "theirs", f"--aws_access_key_id={elsewhere.connection['access_key_id']}"),
        f"--aws_secret_access_key={elsewhere.connection['secret_access_key']}",
    ).expect(0)
    kwargs = f'{{"endpoint_url": "{elsewhere.connection["endpoint_url"]}", "region_name": "us-east-1"}}'
    command(
        *("artifact-store", "update", "bucket", "--authentication_secret=theirs", f"--client_kwargs={kwargs}")
    ).expect(0)
    command.write("run.py", ADDING)
    run_id = command("run", "run.py", "--detach").expect(0).stdout.strip()
    assert "run.json" in Service(elsewhere).keys(f"{stacks.STORE}/runs/{run_id}")
    command("runs", "stop", run_id).expect(0)


def test_what_a_run_lacks_is_said_before_anything_is_sent(command: Command, endpoint: Endpoint, aws: Service) -> None:
    """No role, no image, no region: each by name, with the command that sets it."""
    before = len(aws.sagemaker.list_pipelines()["PipelineSummaries"])
    stacks.register(command, endpoint)
    command.write("run.py", ADDING)
    command("orchestrator", "remove-attribute", "sage", "image_uri").expect(0)
    command("run", "run.py").refuse("no container image", "step `load`", "orchestrator update sage --image_uri=IMAGE")
    command("plan", "run.py").refuse("no container image")
    command("orchestrator", "remove-attribute", "sage", "execution_role").expect(0)
    command("run", "run.py").refuse("no execution role", "orchestrator update sage --execution_role=ARN")
    command("service-connector", "remove-attribute", "keys", "region").expect(0)
    command("run", "run.py").refuse("no AWS region")
    assert len(aws.sagemaker.list_pipelines()["PipelineSummaries"]) == before


def test_the_local_stack_works_as_before_beside_others(remote: Command) -> None:
    """`--stack local` means this machine, whatever is active."""
    remote("run", "run.py", "--stack", "local").expect(0)
    assert (remote.home / "endpoint").exists()


def test_defaults_of_the_orchestrator_are_the_first_of_three_levels(remote: Command) -> None:
    """Component, pipeline, step: what the later level does not set comes from the earlier one."""
    remote("orchestrator", "update", "sage", "--instance_type=ml.m5.2xlarge", "--volume_size_in_gb=77").expect(0)
    plan = remote("plan", "run.py", "--json").expect(0).json
    assert {(it["instance_type"], it["volume_size_in_gb"]) for it in plan["steps"]} == {("ml.m5.2xlarge", 77)}
    assert {it["role_arn"] for it in plan["steps"]} == {stacks.ROLE}
    assert {it["image"] for it in plan["steps"]} == {stacks.IMAGE}
