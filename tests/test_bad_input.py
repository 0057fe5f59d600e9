"""What a person can get wrong: each has a clear message that names the thing, and exit code 2."""

import json
from typing import Any

import pytest

from kit.command import Command

HEAD = """
    from typing import Annotated
    from sagewright import pipeline, step

    @step
    def one(value: int = 1) -> int:
        return value
    """

FLOW = """
    @pipeline
    def flow(depth: int = 3, rate: float = 0.5, label: str = "x", verbose: bool = False):
        one(depth)
    """


def spec(*steps: dict[str, Any], **extra: Any) -> str:
    """A pipeline as data; what no Python file can say, another language's front can."""
    return json.dumps({"version": 1, "name": "flow", "steps": list(steps), **extra})


def step(name: str, **extra: Any) -> dict[str, Any]:
    """A step of a spec."""
    return {"name": name, "command": ["true"], **extra}


def test_a_cycle(command: Command) -> None:
    steps = [step("a", after=["c"]), step("b", after=["a"]), step("c", after=["b"]), step("d", after=["d"])]
    command.write("spec.json", spec(*steps))
    for verb in ("run", "plan"):
        done = command(verb, "spec.json").refuse("P0012", "P0013", "`a`", "`b`", "`c`", "`d`")
        assert "explain P0012" in done.stderr or "explain P0013" in done.stderr
    assert not command.home.exists(), "nothing was started for it"


@pytest.mark.parametrize(
    ("given", "mentions"),
    [
        ("dept=3", ["dept", "depth"]),
        ("depth=deep", ["depth", "deep", "integer"]),
        ("depth=1.5", ["depth", "1.5"]),
        ("rate=fast", ["rate", "fast"]),
        ("verbose=perhaps", ["verbose", "perhaps"]),
        ("depth", ["depth", "NAME=VALUE"]),
    ],
    ids=["unknown", "text-for-integer", "half-for-integer", "text-for-float", "text-for-boolean", "no-value"],
)
def test_a_wrong_parameter(command: Command, given: str, mentions: list[str]) -> None:
    command.write("run.py", HEAD + FLOW)
    for verb in ("run", "plan"):
        command(verb, "run.py", "--param", given).refuse(*mentions)


def test_a_parameter_without_a_value(command: Command) -> None:
    command.write("run.py", HEAD + FLOW.replace("depth: int = 3", "depth: int"))
    command("run", "run.py").refuse("depth")
    command.write("run.py", HEAD + FLOW.replace("depth: int = 3", "depth: int") + "\n    flow()\n")
    done = command.python("run.py")
    assert done.code != 0
    assert "depth" in done.stderr


def test_every_problem_is_told_at_once(command: Command) -> None:
    steps = [step("a", after=["nobody"]), step("a"), step("c d"), step("e", outputs=[{"name": "o"}, {"name": "o"}])]
    command.write("spec.json", spec(*steps))
    command("run", "spec.json").refuse("nobody", "P0008", "`c d`", "P0011", "problems")


def test_a_step_name_over_the_limit(command: Command) -> None:
    name = "n" * 65
    command.write("run.py", HEAD + f"""
    @pipeline
    def flow():
        one.with_options(name="{name}")()
    """)  # fmt: skip
    done = command("run", "run.py").refuse(name, "64", "with_options")
    assert "run.py:" in done.stderr


def test_two_outputs_of_one_name(command: Command) -> None:
    command.write("run.py", HEAD + """
    @step
    def two() -> tuple[Annotated[int, "model"], Annotated[int, "model"]]:
        return 1, 2

    @pipeline
    def flow():
        two()
    """)  # fmt: skip
    done = command("run", "run.py").refuse("model", "two")
    assert "run.py" in done.stderr


def test_an_output_that_cannot_be_serialised(command: Command) -> None:
    command.write("run.py", HEAD + """
    @step
    def streams():
        return (number for number in range(3))

    @pipeline
    def flow():
        streams()
    """)  # fmt: skip
    done = command("run", "run.py").expect(1)
    for mention in ("streams", "generator", "output"):
        assert mention in done.stderr
    cause = command("runs", "show", "--json").expect(0).json["failed_steps"][0]["cause"]
    assert cause["kind"] == "Serialization"
    assert cause["hint"]


def test_a_syntax_error(command: Command) -> None:
    path = command.write("run.py", HEAD + FLOW + "\n    def broken(:\n        pass\n")
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "broken" in text)
    for verb in ("run", "plan"):
        command(verb, "run.py").refuse("SyntaxError", f"run.py:{line}")


def test_a_missing_import(command: Command) -> None:
    command.write("run.py", "import nowhere_to_be_found\n")
    command("run", "run.py").refuse("nowhere_to_be_found", "run.py:1")


def test_a_missing_import_in_a_step(command: Command) -> None:
    path = command.write("run.py", HEAD + """
    @step
    def late() -> None:
        import nowhere_to_be_found

    @pipeline
    def flow():
        late()
    """)  # fmt: skip
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "nowhere" in text)
    done = command("run", "run.py").expect(1)
    assert "ModuleNotFoundError" in done.stderr
    assert f"run.py:{line}" in done.stderr


@pytest.mark.parametrize(
    ("target", "mention"),
    [
        ("missing.py", "missing.py"),
        ("missing.json", "missing.json"),
        ("missing_module:flow", "missing_module"),
        ("run.py:other", "other"),
        ("empty.py", "empty.py"),
        ("broken.json", "broken.json"),
        ("raises.py", "raises.py:1"),
        ("leaves.py", "leaves.py"),
    ],
)
def test_a_target_that_is_no_pipeline(command: Command, target: str, mention: str) -> None:
    command.write("run.py", HEAD + FLOW)
    command.write("empty.py", "x = 1\n")
    command.write("broken.json", "{")
    command.write("raises.py", "raise RuntimeError('at import')\n")
    command.write("leaves.py", "import sys; sys.exit(0)\n")
    for verb in ("run", "plan"):
        command(verb, target).refuse(mention)


def test_a_spec_with_an_unknown_field(command: Command) -> None:
    command.write("spec.json", spec(step("a", colour="red")))
    command("run", "spec.json").refuse("colour")


def test_a_step_that_is_called_wrongly(command: Command) -> None:
    path = command.write("run.py", HEAD + """
    @pipeline
    def flow():
        one(1, 2, three=3)
    """)  # fmt: skip
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "three=3" in text)
    command("run", "run.py").refuse("one", f"run.py:{line}")


def test_a_result_that_is_looked_into_while_tracing(command: Command) -> None:
    path = command.write("run.py", HEAD + """
    @pipeline
    def flow():
        if one() > 3:
            one()
    """)  # fmt: skip
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "if one()" in text)
    command("run", "run.py").refuse(f"run.py:{line}")


def test_a_mistake_in_the_command_line(command: Command) -> None:
    command("rnu").refuse("rnu")
    command("run").refuse("TARGET")
    command("run", "run.py", "--stack", "nowhere").refuse()
    command.write("run.py", HEAD + FLOW)
    command("run", "run.py", "--stack", "nowhere").refuse("nowhere")


def test_a_settings_mistake_is_told_with_its_place(command: Command) -> None:
    command.write("run.py", HEAD + """
    from sagewright.aws import SagemakerOrchestratorSettings

    @step(settings={"orchestrator": SagemakerOrchestratorSettings(environment={"SAGEWRIGHT_X": "1"})})
    def bad() -> None:
        pass

    @pipeline
    def flow():
        bad()
    """)  # fmt: skip
    done = command("run", "run.py").refuse("SAGEWRIGHT_X", "bad", "P0026")
    assert "run.py:" in done.stderr


def test_a_home_that_cannot_be_written(command: Command) -> None:
    command.write("run.py", HEAD + FLOW)
    command.write("a-file", "")
    home = command.folder / "a-file/home"
    command("run", "run.py", SAGEWRIGHT_HOME=str(home)).refuse(str(home))
