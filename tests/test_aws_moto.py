"""The command line against an independent implementation of the AWS APIs, and what happens when answers get lost."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from kit.command import Command, Result
from kit.moto import ACCOUNT, BUCKET, IMAGE, REGION, ROLE, TRUST, Moto, Proxy

PIPELINE = """
from sagewright import pipeline, step


@step
def load() -> list[int]:
    return [1, 2]


@step
def train(rows: list[int], depth: int) -> float:
    return 0.5


@pipeline
def training(depth: int = 3):
    train(load(), depth)
"""


@pytest.fixture
def moto(tmp_path: Path) -> Iterator[Moto]:
    """A fresh account."""
    server = Moto(tmp_path / "moto.log")
    yield server
    server.stop()


@pytest.fixture
def proxy(moto: Moto) -> Iterator[Callable[..., Proxy]]:
    """Starts proxies before the account."""
    started: list[Proxy] = []

    def start(fault: Callable[[str, str, bytes], str | None]) -> Proxy:
        started.append(Proxy(moto.url, fault))
        return started[-1]

    yield start
    for running in started:
        running.stop()


def stack(command: Command, url: str, *, name: str = "aws", role: str = ROLE, bucket: str = BUCKET) -> None:
    """Registers a stack on an endpoint and makes it the active one."""
    command.write("run.py", PIPELINE)
    command(
        "orchestrator",
        "register",
        name,
        "--flavor=sagemaker",
        f"--execution_role={role}",
        f"--region={REGION}",
        f"--endpoint_url={url}",
        "--aws_access_key_id=AKIDEXAMPLE",
        "--aws_secret_access_key=secret",
        f"--image_uri={IMAGE}",
    ).expect(0)
    command("artifact-store", "register", name, "--flavor=s3", f"--path=s3://{bucket}/store").expect(0)
    command("stack", "register", name, "-o", name, "-a", name, "--set").expect(0)


def executions(moto: Moto) -> list[str]:
    """The ids of all executions of the pipeline."""
    found = moto.client("sagemaker").list_pipeline_executions(PipelineName="training")
    return [run["PipelineExecutionArn"].rpartition("/")[2] for run in found["PipelineExecutionSummaries"]]


def records(moto: Moto) -> dict[str, dict[str, object]]:
    """The run records in the artifact store."""
    s3 = moto.client("s3")
    keys = [it["Key"] for it in s3.list_objects_v2(Bucket=BUCKET, Prefix="store/runs/").get("Contents", [])]
    bodies = {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys if key.endswith("run.json")}
    return {key.split("/")[2]: json.loads(body) for key, body in bodies.items()}


def finding(doctor: Result, check: str) -> dict[str, str]:
    """One finding of a doctor who printed JSON."""
    return next(it for it in doctor.json["findings"] if it["check"] == check)


def test_a_run_is_submitted_with_tags_display_name_and_record(command: Command, moto: Moto) -> None:
    """What arrives in the account is what was asked for, and a second run updates instead of creating."""
    stack(command, moto.url)
    first = command("run", "run.py", "--detach", "--param", "depth=5").expect(0).stdout.strip()
    sagemaker = moto.client("sagemaker")
    arn = sagemaker.describe_pipeline(PipelineName="training")["PipelineArn"]
    tags = {it["Key"]: it["Value"] for it in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
    assert tags["sagewright:pipeline"] == "training"
    record = records(moto)[first]
    assert record["parameters"] == {"depth": 5}
    assert record["stack"] == "aws"
    second = command("run", "run.py", "--detach").expect(0).stdout.strip()
    assert set(executions(moto)) == {first, second}
    assert {it["run_id"] for it in command("runs", "list", "--json").expect(0).json} == {first, second}


def test_a_name_that_is_taken_is_refused(command: Command, moto: Moto) -> None:
    """A pipeline that was not made by us is left as it is."""
    stack(command, moto.url)
    moto.client("sagemaker").create_pipeline(PipelineName="training", PipelineDefinition="{}", RoleArn=ROLE)
    command("run", "run.py", "--detach").refuse("`training`", "was not made by Sagewright", "rename")
    assert executions(moto) == []
    pipeline = moto.client("sagemaker").describe_pipeline(PipelineName="training")
    assert pipeline["PipelineDefinition"] == "{}"


def test_a_lost_answer_starts_nothing_twice(command: Command, moto: Moto, proxy: Callable[..., Proxy]) -> None:
    """The account keeps no tokens, so that a repeated start would show."""
    lost = ["StartPipelineExecution"]

    def fault(operation: str, _path: str, _body: bytes) -> str | None:
        if operation in lost:
            lost.remove(operation)
            return "answer"
        return None

    stack(command, proxy(fault).url)
    run = command("run", "run.py", "--detach").expect(0).stdout.strip()
    assert executions(moto) == [run]
    assert list(records(moto)) == [run]


def test_a_start_that_did_not_arrive_is_repeated(command: Command, moto: Moto, proxy: Callable[..., Proxy]) -> None:
    """The request was lost on its way: nothing is found, so it is sent again."""
    lost = ["StartPipelineExecution", "StartPipelineExecution"]

    def fault(operation: str, _path: str, _body: bytes) -> str | None:
        if operation in lost:
            lost.remove(operation)
            return "request"
        return None

    stack(command, proxy(fault).url)
    run = command("run", "run.py", "--detach").expect(0).stdout.strip()
    assert executions(moto) == [run]


def test_a_run_without_a_record_is_found_and_completed(
    command: Command, moto: Moto, proxy: Callable[..., Proxy]
) -> None:
    """The connection breaks between the start and the record; the next submission completes the record."""
    broken = [True]

    def fault(operation: str, path: str, _body: bytes) -> str | None:
        return "request" if broken[0] and operation == "PUT" and path.endswith("/run.json") else None

    stack(command, proxy(fault).url)
    command("run", "run.py", "--detach", "--param", "depth=7").expect(3)
    (lost,) = executions(moto)
    assert records(moto) == {}
    assert [it["run_id"] for it in command("runs", "list", "--json").expect(0).json] == [lost]
    broken[0] = False
    run = command("run", "run.py", "--detach").expect(0).stdout.strip()
    found = records(moto)
    assert set(found) == {lost, run}
    assert found[lost]["parameters"] == {"depth": 7}


def test_the_doctor_finds_nothing_wrong(command: Command, moto: Moto) -> None:
    """What moto does not have (policy simulation, quotas) is unknown and holds nothing back."""
    stack(command, moto.url)
    doctor = command("doctor", "--json").expect(0)
    outcomes = {it["check"]: it["outcome"] for it in doctor.json["findings"]}
    assert outcomes["caller"] == outcomes["execution role"] == outcomes["artifact store"] == outcomes["images"] == "ok"
    assert outcomes["permissions of the caller"] == outcomes["quotas"] == "unknown"
    assert doctor.json["ok"] is True
    assert "execution role" in command("doctor").expect(0).stdout


def test_the_doctor_names_everything_that_is_wrong_at_once(command: Command, moto: Moto) -> None:
    """A role without trust and a missing bucket are both found, before anything is submitted."""
    moto.client("iam").create_role(RoleName="untrusting", AssumeRolePolicyDocument=TRUST % "lambda")
    stack(command, moto.url, role=f"arn:aws:iam::{ACCOUNT}:role/untrusting", bucket="not-there")
    doctor = command("doctor", "--json").expect(2)
    assert "does not let sagemaker.amazonaws.com assume it" in finding(doctor, "execution role")["message"]
    assert "update-assume-role-policy --role-name untrusting" in finding(doctor, "execution role")["hint"]
    assert "`not-there` does not exist" in finding(doctor, "artifact store")["message"]
    command("run", "run.py", "--detach").refuse("untrusting", "not-there", "2 problems", "--no-preflight")
    assert moto.client("sagemaker").list_pipelines()["PipelineSummaries"] == []


def test_a_role_that_is_not_there_and_one_of_another_account(command: Command, moto: Moto) -> None:
    """Both are named."""
    stack(command, moto.url, name="gone", role=f"arn:aws:iam::{ACCOUNT}:role/gone")
    assert "there is no role `gone`" in finding(command("doctor", "--json").expect(2), "execution role")["message"]
    stack(command, moto.url, name="far", role="arn:aws:iam::210987654321:role/jobs")
    assert "210987654321" in finding(command("doctor", "--json").expect(2), "caller")["message"]


def test_an_endpoint_that_is_not_there_blocks_nothing_for_long(command: Command) -> None:
    """Every check ends within its time."""
    stack(command, "http://127.0.0.1:9")
    doctor = command("doctor", "--json").expect(0)
    assert finding(doctor, "caller")["outcome"] == "unknown"


def test_policies_are_valid_in_every_format(command: Command, moto: Moto) -> None:
    """JSON and YAML are parsed; Terraform's blocks balance and hold the JSON documents."""
    stack(command, moto.url)
    roles = command("aws", "policy").expect(0).json
    assert list(roles) == ["client", "execution", "scheduler"]
    for role, documents in roles.items():
        assert command("aws", "policy", "--role", role).expect(0).json == documents
        for document in documents.values():
            assert document["Version"] == "2012-10-17"
    passing = [it for it in roles["client"]["policy"]["Statement"] if "iam:PassRole" in it["Action"]]
    assert passing[0]["Resource"] == [ROLE]
    template = yaml.safe_load(command("aws", "policy", "--format", "cloudformation").expect(0).stdout)
    execution = template["Resources"]["SagewrightExecution"]["Properties"]
    assert execution["AssumeRolePolicyDocument"] == roles["execution"]["trust"]
    assert execution["Policies"][0]["PolicyDocument"] == roles["execution"]["policy"]
    terraform = command("aws", "policy", "--role", "scheduler", "--format", "terraform").expect(0).stdout
    documents = terraform.split("jsonencode(")[1:]
    assert [json.loads(it[: it.rindex("})") + 1]) for it in documents] == list(roles["scheduler"].values())


def test_policies_can_be_put_into_an_account(command: Command, moto: Moto) -> None:
    """IAM takes the documents as they are printed."""
    stack(command, moto.url)
    iam = moto.client("iam")
    for role, documents in command("aws", "policy").expect(0).json.items():
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(documents["trust"]))
        iam.put_role_policy(RoleName=role, PolicyName="sagewright", PolicyDocument=json.dumps(documents["policy"]))
