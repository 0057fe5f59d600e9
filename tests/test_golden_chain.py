"""The golden chain: `pipeline.py` -> `spec.json` -> `definition.json` -> `run.txt`, each the next one's input.

`SAGEWRIGHT_BLESS=1` rewrites `spec.json` and `run.txt`. `definition.json`, made for a stack in AWS, is rewritten by the
Rust tests; here the same spec is compiled for this machine, and must be the same but for what belongs to the stack.
"""

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from kit.command import Command
from kit.endpoint import Endpoint
from kit.places import ROOT
from kit.service import Service

CASES = ROOT / "fixtures/pipelines"
BLESS = bool(os.environ.get("SAGEWRIGHT_BLESS"))


@pytest.fixture(params=sorted(path.name for path in CASES.iterdir() if path.is_dir()))
def case(request: pytest.FixtureRequest, command: Command) -> Path:
    """One case; its file is copied, for the code that is packed must not hold the golden files."""
    folder: Path = CASES / request.param
    shutil.copy(folder / "pipeline.py", command.folder)
    return folder


def compare(path: Path, text: str) -> None:
    """Compares with a golden file, or rewrites it."""
    if BLESS:
        path.write_text(text)
    assert path.exists(), f"{path} does not exist: run `make bless` and read what it wrote"
    assert text == path.read_text(), f"{path}: run `make bless` and read the diff"


def spec_of(case: Path) -> dict[str, Any]:
    """The golden spec."""
    spec: dict[str, Any] = json.loads((case / "spec.json").read_text())
    return spec


def parameters_of(case: Path) -> list[str]:
    """Values for parameters that have no default."""
    missing = [entry["name"] for entry in spec_of(case).get("parameters", []) if "default" not in entry]
    return [word for name in missing for word in ("--param", f"{name}=first")]


def test_the_pipeline_traces_to_the_spec(command: Command, case: Path) -> None:
    command.python("-m", "sagewright.trace", "pipeline.py", "--output", "trace.json").expect(0)
    traced = json.loads((command.folder / "trace.json").read_text())["pipeline"]
    if BLESS and traced != spec_of(case):
        (case / "spec.json").write_text(json.dumps(traced, indent=2) + "\n")
    assert traced == spec_of(case), f"{case}: run `make bless` and read the diff"


def test_the_spec_lowers_to_the_definition(command: Command, case: Path) -> None:
    shutil.copy(case / "spec.json", command.folder)
    from_spec = command("plan", "spec.json", "--definition", *parameters_of(case)).expect(0).json
    from_file = command("plan", "pipeline.py", "--definition", *parameters_of(case)).expect(0).json
    golden = json.loads((case / "definition.json").read_text())
    assert without_stack(from_spec) == without_stack(golden)
    assert without_stack(from_file) == without_stack(golden)


#: What belongs to the stack and not to the pipeline.
STACK_VARIABLES = {"SAGEWRIGHT_STORE", "SAGEWRIGHT_CODE", "SAGEWRIGHT_COMMAND_PATH"}


def without_stack(value: Any, key: str = "") -> Any:
    """A definition without names of accounts, roles, images and buckets of a stack."""
    if isinstance(value, dict):
        return {name: without_stack(item, name) for name, item in value.items() if name not in STACK_VARIABLES}
    if isinstance(value, list):
        return [without_stack(item) for item in value]
    if key in {"ImageUri", "TrainingImage", "S3OutputPath", "RoleArn"}:
        return f"<{key}>"
    return value


@pytest.fixture
def prepared(command: Command, case: Path) -> Path:
    """The case, with every bucket it names in the S3 of this home, and something in it to read."""
    definition = command("plan", "pipeline.py", "--definition", *parameters_of(case)).expect(0).stdout
    uris = {uri for uri in re.findall(r'"(s3://[^"]+)"', definition) if not uri.startswith("s3://sagewright")}
    if uris:
        with Endpoint(command.state_dir) as endpoint:
            aws = Service(endpoint)
            for uri in sorted(uris):
                aws.put(f"{uri}/{uri.rsplit('/', 1)[-1]}.txt", uri.encode())
    return case


def objects(s3: Path) -> list[tuple[str, str]]:
    """Everything in the buckets that the pipeline names; the stack's own bucket holds what is told apart."""
    buckets = (bucket for bucket in s3.iterdir() if bucket.name != "sagewright")
    files = sorted(path for bucket in buckets for path in bucket.rglob("*") if path.is_file())
    return [(f"s3://{path.relative_to(s3)}", path.read_text()) for path in files]


def test_the_definition_runs(command: Command, prepared: Path) -> None:
    done = command("run", "pipeline.py", "--json", *parameters_of(prepared))
    run = done.json["run_id"]
    if done.json["status"] == "Executing":
        # A pipeline that is not to be waited for.
        done = command("runs", "watch", run)
    shown = command("runs", "show", run, "--json").expect(0).json
    states = {step["name"]: step["state"] for step in shown["steps"]}
    artifacts = command("artifact", "list", run, "--json").expect(0).json
    lines = [f"{shown['record']['pipeline']}: {shown['state']}, exit code {done.code}"]
    for name, value in shown["record"]["parameters"].items():
        lines.append(f"parameter {name} = {json.dumps(value)}")
    for step in spec_of(prepared)["steps"]:
        name = step["name"]
        lines.append(f"{name}: {states.get(name, 'NotStarted')}")
        for entry in artifacts:
            if entry["step"] == name:
                lines.append(f"  {entry['name']}: {entry['type']}, {entry['size']} bytes, {entry['hash'][:16]}")
                preview = entry["preview"]
                lines.append(f"    {json.dumps(preview.get('value', preview.get('text')))[:100]}")
        if states.get(name):
            output = command("runs", "logs", run, "--step", name).expect(0).stdout
            lines.extend(f"  | {line}" for line in output.splitlines())
    lines.extend(f"{uri}: {text!r}" for uri, text in objects(command.state_dir / "s3"))
    compare(prepared / "run.txt", "\n".join(lines) + "\n")
