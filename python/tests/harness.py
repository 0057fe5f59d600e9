"""Runs traced pipelines through real workers, one process a step, by the worker protocol alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


class StepFailed(Exception):  # noqa: N818
    def __init__(self, step: str, error: dict, output: str) -> None:
        super().__init__(f"{step}: {error}")
        self.step = step
        self.error = error
        self.output = output


class Supervisor:
    """Does for tests what the job's supervisor does: step files, folders, environment."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.records: dict[str, dict] = {}
        self.logs: dict[str, str] = {}
        self.bucket = directory / "s3"

    def run(self, document: dict, **values: object) -> None:
        spec, code = document["pipeline"], document["code"]
        root = Path(code["root"])
        if code["generated"]:
            root = self.directory / "code"
            shutil.copytree(code["root"], root)
            for name, text in code["generated"].items():
                (root / name).write_text(text)
        parameters = {it["name"]: values.get(it["name"], it.get("default")) for it in spec.get("parameters", ())}
        for step in spec["steps"]:
            self.run_step(spec["name"], step, root, parameters)

    def run_step(self, pipeline: str, step: dict, root: Path, parameters: dict) -> dict:
        inputs = {argument: self._input(given, parameters) for argument, given in step.get("inputs", {}).items()}
        outputs = [output["name"] for output in step.get("outputs", ())]
        done = run_worker(
            self.directory / "steps" / step["name"],
            step["command"][3:],
            root,
            inputs=inputs,
            outputs=outputs,
            step=step["name"],
            pipeline=pipeline,
            before=lambda ml: self._fetch(step.get("settings", {}), ml),
        )
        self.logs[step["name"]] = done.stdout + done.stderr
        if done.error is not None or done.returncode != 0:
            raise StepFailed(step["name"], done.error, done.stdout + done.stderr)
        self._store(step.get("settings", {}), done.folder / "ml")
        for name, record in done.result["outputs"].items():
            self.records[f"{step['name']}.{name}"] = {**record, "path": str(done.folder / "outputs" / name)}
        return done.result

    def load(self, name: str) -> object:
        from sagewright import artifacts

        record = self.records[name]
        return artifacts.load(record["path"], record["type"], record["metadata"])

    def _input(self, given: dict, parameters: dict) -> dict:
        if "list" in given:
            return {"list": [self._input(item, parameters) for item in given["list"]]}
        if "parameter" in given:
            return {"value": parameters[given["parameter"]]}
        if "value" in given:
            return given
        record = self.records[f"{given['step']}.{given['output']}"]
        return {"artifact": {key: record[key] for key in ("path", "type", "metadata", "note")}}

    def _places(self, settings: dict, field: str) -> dict[str, str]:
        places = settings.get(field, {})
        return {"": places} if isinstance(places, str) else places

    def _fetch(self, settings: dict, ml: Path) -> None:
        for channel, uri in self._places(settings, "input_data_s3_uri").items():
            shutil.copytree(self.bucket / uri.removeprefix("s3://"), ml / "processing/input/data" / channel)

    def _store(self, settings: dict, ml: Path) -> None:
        for channel, uri in self._places(settings, "output_data_s3_uri").items():
            target = self.bucket / uri.removeprefix("s3://")
            shutil.copytree(ml / "processing/output/data" / channel, target, dirs_exist_ok=True)


class Done:
    """How a worker ended."""

    def __init__(self, folder: Path, process: subprocess.CompletedProcess) -> None:
        self.folder = folder
        self.returncode = process.returncode
        self.stdout = process.stdout
        self.stderr = process.stderr
        self.result = _read(folder / "result.json")
        self.error = _read(folder / "error.json")


def run_worker(
    folder: Path,
    arguments: list[str],
    code: Path | None,
    *,
    inputs: dict | None = None,
    outputs: list[str] | tuple[str, ...] = ("output",),
    step: str = "step",
    pipeline: str = "pipeline",
    environment: dict[str, str] | None = None,
    before=lambda ml: None,
) -> Done:
    ml = folder / "ml"
    ml.mkdir(parents=True)
    before(ml)
    for name in outputs:
        (folder / "outputs" / name).mkdir(parents=True)
    document = {
        "version": 1,
        "run_id": "abcdefghijkl",
        "pipeline": pipeline,
        "step": step,
        "attempt": 1,
        "code": str(code) if code is not None else None,
        "inputs": inputs or {},
        "outputs": {name: {"path": str(folder / "outputs" / name)} for name in outputs},
        "result": str(folder / "result.json"),
        "error": str(folder / "error.json"),
    }
    (folder / "step.json").write_text(json.dumps(document))
    process = subprocess.run(
        [sys.executable, "-m", "sagewright.worker", *arguments],
        cwd=code,
        env={
            **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
            "SAGEWRIGHT_STEP": str(folder / "step.json"),
            "SAGEWRIGHT_ML_ROOT": str(ml),
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Done(folder, process)


def _read(path: Path) -> dict | None:
    return json.loads(path.read_text()) if path.exists() else None
