"""The endpoint as a process: how it starts, refuses to start, and ends."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from kit import definitions
from kit.endpoint import Endpoint, StartError
from kit.gate import Gate
from kit.places import SAGEWRIGHT, environment
from kit.service import Service

Start = Callable[..., Endpoint]


def test_one_line_of_json_says_all_a_client_needs(start_endpoint: Start) -> None:
    endpoint = start_endpoint()
    connection = endpoint.connection
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", connection["endpoint_url"])
    assert connection["region"] == "us-east-1"
    assert connection["account_id"] == "000000000000"
    assert connection["pid"] == endpoint.process.pid
    assert set(connection) == {"endpoint_url", "region", "account_id", "access_key_id", "secret_access_key", "pid"}
    # Data goes to stdout, talk to stderr: nothing follows the line.
    assert endpoint.stop() == 0


def test_it_listens_on_loopback_only(start_endpoint: Start) -> None:
    endpoint = start_endpoint()
    port = int(endpoint.connection["endpoint_url"].rsplit(":", 1)[1])
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_keys_and_state_outlive_the_process(start_endpoint: Start) -> None:
    first = start_endpoint()
    aws = Service(first)
    arn = aws.run([definitions.processing("only", "echo kept")])
    aws.put("s3://kept/k", b"body")
    first.stop()
    second = start_endpoint()
    assert second.connection["access_key_id"] == first.connection["access_key_id"]
    assert second.connection["secret_access_key"] == first.connection["secret_access_key"]
    aws = Service(second)
    assert aws.status(arn) == "Succeeded"
    assert aws.output(arn, "only") == "kept"
    assert aws.read("s3://kept/k") == b"body"


def test_two_installations_have_different_keys(start_endpoint: Start, tmp_path: Path) -> None:
    first, second = start_endpoint(state_dir=tmp_path / "a"), start_endpoint(state_dir=tmp_path / "b")
    assert first.connection["secret_access_key"] != second.connection["secret_access_key"]
    with pytest.raises(ClientError, match=r"(UnrecognizedClient|InvalidSignature|InvalidClientTokenId)"):
        second.client(
            "sagemaker",
            access_key_id=first.connection["access_key_id"],
            secret_access_key=first.connection["secret_access_key"],
        ).list_pipelines()


def test_a_second_endpoint_on_the_same_state_is_refused(start_endpoint: Start) -> None:
    endpoint = start_endpoint()
    with pytest.raises(StartError) as refused:
        start_endpoint()
    assert refused.value.code == 2
    for mention in (str(endpoint.state_dir), str(endpoint.process.pid), endpoint.connection["endpoint_url"]):
        assert mention in refused.value.stderr
    Service(endpoint).sts.get_caller_identity()


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_endpoint(tmp_path, "--port", str(port), "--state-dir", str(tmp_path / "state"))
    assert done.returncode == 2
    assert str(port) in done.stderr


def run_endpoint(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs an endpoint that is expected not to start."""
    return subprocess.run(
        [SAGEWRIGHT, "endpoint", *arguments],
        env=environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_state_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state_dir = tmp_path / "file/state"
    done = run_endpoint(tmp_path, "--state-dir", str(state_dir))
    assert done.returncode == 2
    assert str(state_dir) in done.stderr
    assert "not writable" in done.stderr
    assert done.stdout == ""


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts small file systems of memory; who is not root needs sudo without questions for it."""
    mounted: list[Path] = []
    privileged = [] if os.geteuid() == 0 else ["sudo", "-n"]

    def mount(options: str) -> Path:
        folder = tmp_path / f"mount-{len(mounted)}"
        folder.mkdir()
        subprocess.run([*privileged, "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run([*privileged, "umount", "--lazy", folder], check=True)


def test_a_read_only_state_directory_is_refused(tmp_path: Path, mount: Callable[[str], Path]) -> None:
    folder = mount("size=1m,ro")
    for state_dir in (folder, folder / "deeper"):
        done = run_endpoint(tmp_path, "--state-dir", str(state_dir))
        assert done.returncode == 2, done.stderr
        assert str(state_dir) in done.stderr
        assert "not writable" in done.stderr


def test_a_full_disk_is_told_and_survived(mount: Callable[[str], Path], start_endpoint: Start) -> None:
    folder = mount("size=2m")
    endpoint = start_endpoint(state_dir=folder / "state")
    aws = Service(endpoint)
    name = aws.create([definitions.processing("only", "echo fine")])
    (folder / "ballast").write_bytes(b"x" * free_bytes(folder))

    s3 = endpoint.client("s3", checked=False)
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket="sagewright", Key="k", Body=b"x" * 100_000)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
    assert "space" in str(refused.value)
    sagemaker = endpoint.client("sagemaker", checked=False)
    with pytest.raises(ClientError) as refused:
        sagemaker.start_pipeline_execution(PipelineName=name, ClientRequestToken="t" * 32)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
    assert "space" in str(refused.value)

    # With room again, everything goes on; the same request is not done twice.
    (folder / "ballast").unlink()
    arn = aws.start(name, ClientRequestToken="t" * 32)
    assert aws.wait(arn) == "Succeeded"
    aws.s3.put_object(Bucket="sagewright", Key="k", Body=b"x" * 100_000)
    listed = aws.sagemaker.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
    assert len(listed) == 1


def test_a_disk_that_fills_while_a_run_goes_on_is_told(
    mount: Callable[[str], Path], start_endpoint: Start, gate: Gate
) -> None:
    folder = mount("size=4m")
    aws = Service(start_endpoint(state_dir=folder / "state"))
    script = gate.wait("g") + "head -c 100000 /dev/zero >$ML/processing/out/data"
    step = definitions.processing(
        "writes",
        script,
        outputs=[definitions.processing_output("o", "s3://sagewright/out", "out")],
        environment=gate.environment,
    )
    arn = aws.start(aws.create([step, definitions.processing("after", DependsOn=["writes"])]))
    gate.wait_for("g")
    (folder / "ballast").write_bytes(b"x" * free_bytes(folder))
    gate.open("g")
    # Whatever can be written down is; with room again the run ends, and says nothing that is not so.
    (folder / "ballast").unlink()
    status = aws.wait(arn)
    states = aws.states(arn)
    if status == "Succeeded":
        assert states == {"writes": "Succeeded", "after": "Succeeded"}
        assert len(aws.read("s3://sagewright/out/data")) == 100_000
    else:
        assert states == {"writes": "Failed"}
        assert aws.steps(arn)["writes"]["FailureReason"]


def free_bytes(folder: Path) -> int:
    """How much fits on a file system."""
    stats = os.statvfs(folder)
    return stats.f_bavail * stats.f_frsize


def test_a_damaged_file_is_named(start_endpoint: Start, tmp_path: Path) -> None:
    endpoint = start_endpoint()
    endpoint.stop()
    connection = endpoint.state_dir / "endpoint.json"
    assert not connection.exists() or json.loads(connection.read_text())
    damaged = [path for path in endpoint.state_dir.glob("*.json") if path != connection]
    for path in damaged:
        kept = path.read_bytes()
        path.write_bytes(b"{ not json")
        done = run_endpoint(tmp_path, "--state-dir", str(endpoint.state_dir))
        assert done.returncode in {2, 3}
        assert path.name in done.stderr
        assert "panicked" not in done.stderr
        path.write_bytes(kept)


def test_an_end_leaves_running_jobs_to_the_next_endpoint(start_endpoint: Start, gate: Gate) -> None:
    aws = Service(start_endpoint())
    script = gate.wait("g") + "echo through"
    arn = aws.start(aws.create([definitions.processing("only", script, environment=gate.environment)]))
    gate.wait_for("g")
    assert aws.endpoint.stop() == 0
    gate.open("g")
    aws = Service(start_endpoint())
    assert aws.wait(arn) == "Succeeded"
    assert aws.output(arn, "only") == "through"
    assert gate.arrivals("g") == 1


def test_an_idle_endpoint_can_be_told_to_end(start_endpoint: Start, gate: Gate) -> None:
    aws = Service(start_endpoint())
    arn = aws.start(aws.create([definitions.processing("only", gate.wait("g"), environment=gate.environment)]))
    gate.wait_for("g")
    aws.endpoint.stop()
    waiting: Any = start_endpoint("--exit-when-idle")
    assert Service(waiting).status(arn) == "Executing"
    gate.open("g")
    assert waiting.wait() == 0
