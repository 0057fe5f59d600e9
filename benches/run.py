#!/usr/bin/env python3
"""Measures the budgets of the project and prints one table. `make bench` builds what this needs, and runs it.

ZenML's figures are published constants (ZenML 0.98, same kind of pipeline) and are not measured here.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target/release"
os.environ["SAGEWRIGHT_BIN"] = str(RELEASE / "sagewright")
sys.path.insert(0, str(ROOT / "tests"))

from kit import definitions  # noqa: E402
from kit.endpoint import Endpoint  # noqa: E402
from kit.places import PYTHON, SAGEWRIGHT, environment  # noqa: E402
from kit.service import Service  # noqa: E402
from measure import Line, judged, median_ms, memory_mb, once_ms, print_table, shown, spawn, spawn_many  # noqa: E402

CHAIN = """
from sagewright import pipeline, step

@step
def link(value: int) -> int:
    return value + 1

@pipeline
def chain(start: int = {start}):
    value = start
    for _ in range({steps}):
        value = link(value)

if __name__ == "__main__":
    chain()
"""

TRACE = """
import sys, time
from sagewright import pipeline, step

@step
def fit(seed: int, before: float = 0.0) -> float:
    return seed + before

@pipeline
def many(depth: int = 3):
    results = []
    for at in range(int(sys.argv[1])):
        results.append(fit(at, results[at - 10]) if at >= 10 else fit(at))

start = time.perf_counter()
many.trace()
print((time.perf_counter() - start) * 1000)
"""


def starting(folder: Path) -> Iterator[Line]:
    """How long it takes until anything of ours runs."""
    clean = environment(folder / "home")
    yield judged("sagewright --version", median_ms(lambda: spawn([SAGEWRIGHT, "--version"], clean), 30), 10, "ms")
    yield shown("  for comparison: /bin/true", f"{median_ms(lambda: spawn(['/bin/true'], clean), 30):.2f} ms")

    def python(code: str) -> float:
        return once_ms(lambda: spawn([PYTHON, "-c", code], clean))

    # The two are measured in turn, so that a busy machine is unfair to neither.
    codes = {"bare": "pass", "package": "import sagewright", "names": "from sagewright import pipeline, step"}
    times: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(21):
        for name, code in codes.items():
            times[name].append(python(code))
    bare = statistics.median(times["bare"])
    for name in ("package", "names"):
        value = max(statistics.median(times[name]) - bare, 0)
        yield judged(f"{codes[name]}, over bare Python", value, 15, "ms", f"bare: {bare:.0f} ms")


def compiling(folder: Path) -> Iterator[Line]:
    """From functions to a definition: tracing in Python, everything else in Rust."""
    done = subprocess.run([RELEASE / "examples/compile"], capture_output=True, text=True, check=True)
    found = {int(steps): float(ms) for steps, ms in re.findall(r"(\d+) steps: ([\d.]+) ms", done.stdout)}
    yield judged("parse + check + plan + lower 1,000 steps", found[1000], 50, "ms")
    ratio = found[10_000] / found[1000]
    yield judged("the same with 10,000 steps (linear: 10 times)", ratio, 13, "times", f"{found[10_000]:.0f} ms")
    script = folder / "trace.py"
    script.write_text(TRACE)
    for steps in (1000, 10_000):
        run = [str(PYTHON), str(script), str(steps)]
        outputs = [
            subprocess.run(run, capture_output=True, text=True, check=True, env=environment(folder / "home")).stdout
            for _ in range(3)
        ]
        yield shown(f"  tracing {steps:,} steps in Python", f"{statistics.median(map(float, outputs)):.0f} ms")


def chain_of_ten(folder: Path) -> Iterator[Line]:
    """`python run.py` from the shell's point of view."""
    work = folder / "chain"
    work.mkdir()
    (work / "run.py").write_text(CHAIN.format(start=0, steps=10))
    homes = [environment(folder / f"cold-{number}", SAGEWRIGHT_BIN=str(SAGEWRIGHT)) for number in range(3)]
    cold = [once_ms(lambda: spawn([PYTHON, "run.py"], home, work)) / 1000 for home in homes]  # noqa: B023

    def ten_times() -> None:
        for _ in range(10):
            spawn([PYTHON, "-c", "pass"], homes[0])

    warm = median_ms(lambda: spawn([PYTHON, "run.py"], homes[0], work), 7) / 1000
    bare = median_ms(ten_times, 3) / 1000
    zenml = f"ZenML 0.98: 5.8 s, {5.8 / warm:.0f} times as long"
    yield judged("python run.py, chain of 10 steps, whole process", warm, 0.6, "s", zenml)
    yield shown("  the first run with a new home", f"{statistics.median(cold):.2f} s")
    yield shown("  of which starting bare Python ten times", f"{bare:.2f} s")


def submitting(folder: Path) -> Iterator[Line]:
    """Until a run is started, with an endpoint that is already there."""
    work = folder / "submit"
    work.mkdir()
    home = folder / "submit-home"
    person = environment(home, SAGEWRIGHT_BIN=str(SAGEWRIGHT))
    # One job at a time and the first waits: the jobs themselves must not be what is measured.
    with Endpoint(home / "endpoint", "--parallel-jobs", "1") as endpoint:
        aws = Service(endpoint)

        def submit(number: int) -> float:
            """A changed file, submitted; the run is stopped before the next."""
            (work / "run.py").write_text(CHAIN.format(start=number, steps=100))
            took = once_ms(lambda: spawn([SAGEWRIGHT, "run", "run.py", "--detach"], person, work))
            (newest,) = aws.sagemaker.list_pipeline_executions(PipelineName="chain", MaxResults=1)[
                "PipelineExecutionSummaries"
            ]
            aws.stop(newest["PipelineExecutionArn"])
            aws.wait(newest["PipelineExecutionArn"])
            return took / 1000

        submit(0)
        changed = statistics.median(submit(number) for number in range(1, 6))
        unchanged = statistics.median(submit(5) for _ in range(5))
    zenml = f"ZenML 0.98: 8.5 s, {8.5 / unchanged:.0f} times as long"
    yield judged("submit 100 steps, whole process", unchanged, 0.3, "s", zenml)
    yield judged("code change to submitted run, 100 steps", changed, 0.5, "s")


def engine(folder: Path) -> Iterator[Line]:
    """What the engine adds to a process job, with more and more steps ready at once."""
    at_once = 2 * (os.cpu_count() or 1)
    clean = environment(folder / "home")
    overheads = {}
    with Endpoint(folder / "engine/state") as endpoint:
        aws = Service(endpoint)
        for count, times in ((1, 9), (100, 5), (1000, 3)):
            steps = [definitions.processing(f"s{number}", entry_point=["true"]) for number in range(count)]
            name = aws.create(steps)
            jobs = statistics.median(duration_ms(aws, name) for _ in range(times))
            processes = median_ms(lambda: spawn_many(["true"], clean, count, at_once), times)  # noqa: B023
            overheads[count] = (jobs - processes) / count
            note = f"job {jobs / count:.2f}, process {processes / count:.2f}"
            what = f"engine overhead for each job, {count:,} ready at once"
            yield judged(what, overheads[count], 5, "ms", note)
    flat = overheads[1000] / overheads[100]
    yield judged("the same, 1,000 against 100 ready steps (flat: 1)", flat, 1.5, "times")


def duration_ms(aws: Service, name: str) -> float:
    """From the start of an execution to its end, by the endpoint's own times."""
    arn = aws.start(name)
    while (described := aws.execution(arn))["PipelineExecutionStatus"] == "Executing":
        time.sleep(0.05)
    if described["PipelineExecutionStatus"] != "Succeeded":
        raise RuntimeError(f"{arn} {described['PipelineExecutionStatus']}: {described.get('FailureReason')}")
    took: float = (described["LastModifiedTime"] - described["CreationTime"]).total_seconds() * 1000
    return took


def memory(folder: Path) -> Iterator[Line]:
    """A pipeline of 1,000 steps through everything, and what the endpoint needs for it."""
    peaks = {}
    for count in (100, 1000):
        home = folder / f"memory-{count}"
        spec = folder / f"{count}.json"
        spec.write_text(json.dumps(layers(count)))
        with Endpoint(home / "endpoint") as endpoint:
            if count == 100:
                Service(endpoint).sagemaker.list_pipelines()
                yield judged("idle memory of the endpoint", memory_mb(endpoint.process.pid, "VmRSS"), 40, "MB")
            took = once_ms(lambda: spawn([SAGEWRIGHT, "run", spec], environment(home)))  # noqa: B023
            peaks[count] = memory_mb(endpoint.process.pid, "VmHWM")
        what = f"  {count:,} steps compiled, submitted and run"
        yield shown(what, f"{took / 1000:.1f} s, {took / count:.1f} ms for each step, peak {peaks[count]:.0f} MB")
    what = "peak memory of the endpoint, 1,000 against 100 steps (flat: 1)"
    yield judged(what, peaks[1000] / peaks[100], 1.5, "times", f"{peaks[100]:.0f} MB, {peaks[1000]:.0f} MB")


def layers(count: int) -> dict[str, Any]:
    """A pipeline in layers of ten steps, each of which waits for one of the layer before."""
    steps = [
        {
            "name": f"step_{number}",
            "command": ["sh", "-c", """echo '{"version":1,"outputs":{}}' >${SAGEWRIGHT_STEP%/*}/result.json"""],
            **({"after": [f"step_{number - 10}"]} if number >= 10 else {}),
        }
        for number in range(count)
    ]
    return {"version": 1, "name": "layers", "steps": steps}


def sizes(_: Path) -> Iterator[Line]:
    """What travels."""
    for program, limit in (("sagewright", 30), ("sagewright-step", 8)):
        yield judged(f"size of {program}", (RELEASE / program).stat().st_size / 1e6, limit, "MB")


def main() -> None:
    """Measures everything, then prints the table."""
    missing = [name for name in ("sagewright", "sagewright-step", "examples/compile") if not (RELEASE / name).exists()]
    if missing:
        raise SystemExit(f"{RELEASE} has no {', '.join(missing)}: `make bench` builds them")
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for part in (starting, compiling, chain_of_ten, submitting, engine, memory, sizes):
            print(f"measuring: {part.__doc__}", file=sys.stderr)
            lines.extend(part(Path(folder)))
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} at the end; ZenML's figures are published, not measured here\n")
    print_table(lines)


if __name__ == "__main__":
    main()
