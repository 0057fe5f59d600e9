"""Stacks and their components at the command line: the commands that people know, and everything that is wrong."""

import json
import stat
import subprocess
from pathlib import Path

import pytest

from kit.command import Command, finish
from kit.endpoint import Endpoint
from kit.places import SAGEWRIGHT

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
HUSH = "hush-this-is-secret"


@pytest.fixture
def cloud(command: Command) -> Command:
    """A home with a stack on SageMaker, which is the active one."""
    command.shell(
        f"""
        sagewright orchestrator register sage --flavor=sagemaker --execution_role={ROLE} --region=eu-west-1
        sagewright artifact-store register bucket --flavor s3 --path=s3://some-bucket/team
        sagewright stack register cloud -o sage -a bucket --set
        """
    ).expect(0)
    return command


def test_the_commands_people_know_work_as_they_are(command: Command) -> None:
    """The commands of the well-known instructions, with the program's name changed and the blanks filled in."""
    command.shell("sagewright integration install aws s3").expect(0)
    asked = command.typing(
        f"secret-key\nAKIAEXAMPLE\n{HUSH}\neu-west-1\n\n",
        *("service-connector", "register", "aws-connector", "--type", "aws", "-i"),
    ).expect(0)
    assert HUSH not in asked.stdout + asked.stderr
    command.shell(
        f"""
        sagewright orchestrator register sagemaker \\
            --flavor=sagemaker \\
            --execution_role={ROLE}
        sagewright orchestrator connect sagemaker --connector aws-connector
        sagewright artifact-store register s3-store -f s3 --path=s3://some-bucket
        sagewright artifact-store connect s3-store --connector aws-connector
        sagewright container-registry register ecr --flavor=aws \\
            --uri=123456789012.dkr.ecr.eu-west-1.amazonaws.com
        sagewright image-builder register builder --flavor=local
        sagewright stack register production -o sagemaker -a s3-store -c ecr -i builder --set

        sagewright orchestrator register sagemaker-orchestrator \\
            --flavor=sagemaker \\
            --scheduler_role=arn:aws:iam::123456789012:role/my-scheduler-role
        sagewright orchestrator update sagemaker-orchestrator \\
            --scheduler_role=arn:aws:iam::123456789012:role/my-scheduler-role
        """
    ).expect(0)
    assert command("stack", "get").expect(0).stdout.strip() == "production"
    stack = command("stack", "describe", "--json").expect(0).json
    assert stack["components"] == {
        "orchestrator": "sagemaker",
        "artifact-store": "s3-store",
        "container-registry": "ecr",
        "image-builder": "builder",
    }
    described = command("orchestrator", "describe", "sagemaker-orchestrator", "--json").expect(0).json
    assert described["configuration"]["scheduler_role"].endswith("my-scheduler-role")


def test_the_stack_of_this_machine_is_ready_and_stays(command: Command) -> None:
    """`local` is there before anything is registered, and nothing changes it."""
    (stack,) = command("stack", "list", "--json").expect(0).json
    assert (stack["name"], stack["active"]) == ("local", True)
    for verb in (["stack", "delete", "local"], ["orchestrator", "delete", "local"], ["stack", "rename", "local", "x"]):
        command(*verb).refuse("`local` is always there")
    command("orchestrator", "connect", "local", "--connector", "x").refuse("`local` is always there")


def test_every_verb_does_what_it_says(cloud: Command) -> None:
    """Update, remove-attribute, rename, connect, disconnect, copy, set and delete."""
    cloud.shell(
        """
        sagewright orchestrator update sage --instance_type=ml.m5.large --tags='{"team": "ml"}' --synchronous=false
        sagewright orchestrator remove-attribute sage --region
        sagewright orchestrator rename sage maker
        sagewright service-connector register work --type aws --auth-method implicit
        sagewright orchestrator connect maker --connector work
        sagewright stack copy cloud second
        sagewright stack update second -a bucket
        sagewright stack rename second third
        """
    ).expect(0)
    maker = cloud("orchestrator", "describe", "maker", "--json").json
    assert maker["configuration"] == {
        "execution_role": ROLE,
        "instance_type": "ml.m5.large",
        "tags": {"team": "ml"},
        "synchronous": False,
    }
    assert maker["connector"] == "work"
    assert [it["name"] for it in cloud("stack", "list", "--json").json] == ["cloud", "local", "third"]
    cloud("service-connector", "delete", "work").refuse("in use by orchestrator `maker`")
    cloud("orchestrator", "delete", "maker").refuse("stack `cloud`", "stack `third`")
    cloud("stack", "delete", "cloud").refuse("active")
    cloud.shell(
        """
        sagewright orchestrator disconnect maker
        sagewright service-connector delete work
        sagewright stack set local
        sagewright stack delete third
        sagewright stack delete cloud --recursive
        """
    ).expect(0)
    assert [it["name"] for it in cloud("orchestrator", "list", "--json").json] == ["local"]


def test_everything_wrong_is_said_at_once_and_nothing_is_written(command: Command) -> None:
    """Values that cannot be read, that no setting takes, and that are missing, in one answer."""
    command(
        *("orchestrator", "register", "sage", "--flavor=sagemaker", "--execution_role=admin", "--region=mars"),
        *("--volume_size_in_gb=big", "--instance_type=large", "--aws_access_key_id=AKIA"),
    ).refuse(
        "execution_role", "mars", "volume_size_in_gb", "large", "`aws_access_key_id` needs `aws_secret_access_key`"
    )
    assert [it["name"] for it in command("orchestrator", "list", "--json").json] == ["local"]
    command("artifact-store", "register", "s", "-f", "s3", "--path=/data").refuse("s3://bucket/folder")
    command("artifact-store", "register", "s", "-f", "s3").refuse("`path` is missing")
    command("artifact-store", "register", "s", "-f", "gcs").refuse("no flavor `gcs`", "local, s3")
    command("orchestrator", "register", "sage").refuse("`--flavor` is missing", "sagemaker")
    command("orchestrator", "register", "a b", "--flavor=local").refuse("`a b` cannot be the name")
    command("stack", "register", "x", "-o", "nobody").refuse("no orchestrator `nobody`", "without artifact store")
    command("stack", "set", "nobody").refuse("there is no stack `nobody`", "local")
    command("run", "run.py", "--stack", "nobody").expect(2)


def test_an_unknown_flag_is_answered_with_the_nearest_and_all_known(command: Command) -> None:
    """A slip of the finger costs one look."""
    said = command("orchestrator", "register", "sage", "--flavor=sagemaker", "--exection_role=x")
    said.refuse("--execution-role", "--scheduler-role", "--instance-type")


def test_settings_hold_no_references_to_secrets(command: Command) -> None:
    """Settings stand in the definition, where everybody who may see the pipeline reads them."""
    command("secret", "create", "web", f"--token={HUSH}").expect(0)
    command(
        *("orchestrator", "register", "sage", "--flavor=sagemaker", '--environment={"TOKEN": "{{web.token}}"}'),
    ).refuse("`environment` refers to a secret")


def test_flavors_describe_their_fields(command: Command) -> None:
    """The same definition that checks a value says what it is."""
    fields = {
        it["name"]: it for it in command("orchestrator", "flavor", "describe", "sagemaker", "--json").json["fields"]
    }
    assert fields["execution_role"]["need"] == "to-run"
    assert fields["aws_secret_access_key"]["secret"]
    assert fields["instance_type"]["setting"]
    assert "execution_role" in command("orchestrator", "flavor", "describe", "sagemaker").expect(0).stdout
    assert "sagemaker" in command("orchestrator", "flavor", "list").expect(0).stdout
    assert "external_id" in command("service-connector", "list-types").expect(0).stdout


def test_secrets_are_shown_by_nothing_but_show(command: Command) -> None:
    """Neither lists, descriptions, JSON, exports, errors, logs nor files hold a value in clear."""
    command.environment["SAGEWRIGHT_LOG"] = "trace"
    said: list[str] = []

    def run(*arguments: str, code: int = 0) -> None:
        done = command(*arguments).expect(code)
        said.append(done.stdout + done.stderr)

    run("secret", "create", "aws", "--id=AKIAEXAMPLE", f"--key={HUSH}")
    run("secret", "update", "aws", f"--other={HUSH}-2")
    run("secret", "list", "--json")
    run("secret", "get", "aws", "--json")
    run("secret", "create", "aws", f"--key={HUSH}", code=2)
    run(
        *("service-connector", "register", "keys", "--auth-method=secret-key"),
        *("--aws_access_key_id=AKIAEXAMPLE", f"--aws_secret_access_key={HUSH}"),
    )
    run("service-connector", "update", "keys", f"--aws_secret_access_key={HUSH}-3", "--region=nowhere", code=2)
    run(
        *("orchestrator", "register", "sage", "--flavor=sagemaker", f"--execution_role={ROLE}"),
        *("--aws_access_key_id={{aws.id}}", "--aws_secret_access_key={{aws.key}}"),
    )
    run("orchestrator", "connect", "sage", "--connector", "keys")
    run(
        "artifact-store",
        "register",
        "bucket",
        "--flavor=s3",
        "--path=s3://some-bucket",
        f"--key={HUSH}",
        f"--secret={HUSH}",
    )
    run("stack", "register", "cloud", "-o", "sage", "-a", "bucket")
    for kind in ("service-connector", "orchestrator", "artifact-store"):
        name = command(kind, "list", "--json").json[0]["name"]
        run(kind, "describe", name)
        run(kind, "describe", name, "--json")
    run("stack", "describe", "cloud", "--json")
    run("stack", "export", "cloud")
    assert HUSH not in "".join(said)
    for file in command.home.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert HUSH.encode() not in file.read_bytes(), file
    assert f"key={HUSH}" in command("secret", "get", "aws", "--show").expect(0).stdout
    command("secret", "delete", "aws").refuse("in use by orchestrator `sage`")
    command("secret", "update", "aws", "--remove-key", "key").refuse("in use by orchestrator `sage`")


def test_a_reference_to_nothing_is_refused(command: Command) -> None:
    """A component cannot be registered with a secret that is not there."""
    register = ("orchestrator", "register", "sage", "--flavor=sagemaker")
    keys = ("--aws_access_key_id={{aws.id}}", "--aws_secret_access_key={{aws.key}}")
    command(*register, *keys).refuse("there is no secret `aws`")
    command("secret", "create", "aws", "--id=x").expect(0)
    command(*register, *keys).refuse("aws.key")


def test_a_stack_travels_as_yaml(cloud: Command, tmp_path: Path) -> None:
    """Export, import into another home, and the secrets that have to be set there again."""
    cloud(
        *("service-connector", "register", "keys", "--auth-method=secret-key"),
        *("--aws_access_key_id=AKIAEXAMPLE", f"--aws_secret_access_key={HUSH}"),
    ).expect(0)
    cloud("orchestrator", "connect", "sage", "--connector", "keys").expect(0)
    cloud("stack", "export", "cloud", "cloud.yaml").expect(0)
    cloud("stack", "import", "again", "-f", "cloud.yaml").refuse("`sage` is already there", "`--reuse`")
    cloud("stack", "import", "again", "-f", "cloud.yaml", "--reuse").expect(0)
    elsewhere = {"SAGEWRIGHT_HOME": str(tmp_path / "elsewhere")}
    imported = cloud("stack", "import", "-f", "cloud.yaml", "--set", **elsewhere).expect(0)
    assert "service-connector update keys --aws_secret_access_key=" in imported.stderr
    theirs = cloud("stack", "describe", "--json", **elsewhere).json
    mine = cloud("stack", "describe", "cloud", "--json").json
    assert theirs["components"] == mine["components"]
    assert [it["configuration"] for it in theirs["parts"]] == [it["configuration"] for it in mine["parts"]]
    broken = cloud.folder / "cloud.yaml"
    broken.write_text(broken.read_text().replace("eu-west-1", "mars").replace("s3://", "gs://"))
    third = {"SAGEWRIGHT_HOME": str(tmp_path / "third")}
    cloud("stack", "import", "-f", "cloud.yaml", **third).refuse("mars", "s3://bucket/folder")
    assert len(cloud("orchestrator", "list", "--json", **third).json) == 1


def test_two_processes_at_once_lose_nothing(command: Command) -> None:
    """Ten commands that begin in an empty home at the same time all do what they were asked."""
    names = [f"o{number}" for number in range(10)]
    register = ("orchestrator", "register")
    flags = ("--flavor=sagemaker", "--aws_access_key_id=AKIA", f"--aws_secret_access_key={HUSH}")
    running = [command.start(SAGEWRIGHT, *register, name, *flags) for name in names]
    for process in running:
        finish(process).expect(0)
    found = command("orchestrator", "list", "--json").json
    assert [it["name"] for it in found if it["name"] != "local"] == names
    assert all(it["secrets"] == ["aws_secret_access_key"] for it in found if it["name"] != "local")


def test_a_killed_command_leaves_all_or_nothing(cloud: Command) -> None:
    """Whenever the process is killed, the stack and its new components are there together or not at all."""
    cloud("stack", "export", "cloud", "cloud.yaml").expect(0)
    document = (cloud.folder / "cloud.yaml").read_text()
    for number in range(12):
        text = document.replace("name: sage", f"name: sage{number}").replace("name: bucket", f"name: bucket{number}")
        (cloud.folder / "next.yaml").write_text(text)
        process = cloud.start(SAGEWRIGHT, "stack", "import", f"next{number}", "-f", "next.yaml", "--set")
        try:
            process.communicate(timeout=0.004 * number)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        stacks = {it["name"]: it for it in cloud("stack", "list", "--json").expect(0).json}
        orchestrators = {it["name"] for it in cloud("orchestrator", "list", "--json").json}
        assert (f"next{number}" in stacks) == (f"sage{number}" in orchestrators)
        assert (f"next{number}" in stacks) == (cloud("stack", "get").stdout.strip() == f"next{number}")
        cloud("stack", "set", "cloud").expect(0)


def test_status_shows_the_active_stack(cloud: Command) -> None:
    """And asks nobody outside this machine."""
    status = cloud("status", "--json").expect(0).json
    assert (status["stack"], status["orchestrator"], status["artifact_store"]) == ("cloud", "sage", "bucket")


def test_connectors_are_verified_against_the_api(command: Command, endpoint: Endpoint) -> None:
    """`verify` asks who the caller is, `list-resources` what it reaches; wrong keys are refused."""
    connection = endpoint.connection
    register = ("service-connector", "register")
    keys = (
        f"--aws_access_key_id={connection['access_key_id']}",
        f"--aws_secret_access_key={connection['secret_access_key']}",
        f"--endpoint_url={connection['endpoint_url']}",
        "--region=us-east-1",
    )
    command(*register, "good", "--auth-method=secret-key", *keys, "--verify").expect(0)
    identity = command("service-connector", "verify", "good", "--json").expect(0).json
    assert identity["account_id"] == connection["account_id"]
    resources = command("service-connector", "list-resources", "good", "--json").expect(0).json
    assert {"connector": "good", "resource_type": "s3-bucket", "resource_id": "s3://sagewright"} in resources
    wrong = [*keys[:1], f"--aws_secret_access_key={HUSH}", *keys[2:]]
    refused = command(*register, "bad", "--auth-method=secret-key", *wrong, "--verify")
    assert refused.code in (2, 3), refused
    assert HUSH not in refused.stderr
    assert [it["name"] for it in command("service-connector", "list", "--json").json] == ["good"]


def test_json_is_json_everywhere(cloud: Command) -> None:
    """Every command that prints data prints JSON when asked."""
    for arguments in (
        ["stack", "list"],
        ["stack", "describe"],
        ["stack", "get"],
        ["orchestrator", "list"],
        ["orchestrator", "describe"],
        ["orchestrator", "flavor", "list"],
        ["artifact-store", "flavor", "describe", "s3"],
        ["service-connector", "list"],
        ["service-connector", "list-types"],
        ["secret", "list"],
    ):
        json.loads(cloud(*arguments, "--json").expect(0).stdout)
