"""The documentation is true: its examples run and print what it says, its generated pages are up to date.

On every page, in its order: a `python` block whose first line is `# NAME.py` is a file; a `console` block is
a person at a shell, `$ ` before each command and its output below it; `python cell` blocks are cells of one
notebook, and `text output` blocks what the cells before them print.
`SAGEWRIGHT_BLESS=1` puts the real output and the generated pages in place, where they differ in more than times
and ids; `SAGEWRIGHT_BLESS=all` puts all output in place. Read the diff afterwards.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kit.command import Command
from kit.places import PYTHON, ROOT, SAGEWRIGHT, environment

BLESS = os.environ.get("SAGEWRIGHT_BLESS") in ("1", "all")
BLESS_ALL = os.environ.get("SAGEWRIGHT_BLESS") == "all"
DOCS = ROOT / "docs"
#: Pages that git does not know yet are somebody's work in progress.
LISTED = subprocess.run(
    ["git", "ls-files", "-z", "README.md", "docs/*.md"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout
PAGES = [path for path in sorted(ROOT / line for line in LISTED.split("\0") if line) if path.exists()]
#: The person in the examples: real paths are shown as if they were theirs.
HOME, PROJECT = "/home/me", "/home/me/project"
#: Seconds one command of an example may take, on a busy machine.
DEADLINE = 180.0

FENCE = re.compile(r"^```(\S*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND_LINE = """\
# Command line

Data goes to standard output, everything for the person to standard error. Exit codes: 0 done, 1 the run
failed or was stopped, 2 the input is wrong, 3 a fault of Sagewright, of the machine or of AWS. Flags are
accepted with `_` as with `-`.

This page is generated from `--help`.
"""
ERRORS = """\
# Error codes

Every problem of a pipeline has a code. `sagewright explain CODE` prints its page, `sagewright explain` lists
all codes. Codes keep their meaning; new ones are added at the end.

This page is generated from the pages of the codes.

| code | meaning |
| --- | --- |
"""
#: What differs from run to run, and what it is replaced with before outputs are compared.
VARIABLE = [
    (r"\x1b\[[0-9;]*[A-Za-z]", ""),
    (r"\s+", " "),
    (r"(?<=[ /-])[0-9a-zA-Z]{10}(?=\s|$)", lambda found: "RANDOM" if found[0].lower() != found[0] else found[0]),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", "TIME"),
    (r"\b[0-9a-f]{64}\b", "HASH"),
    (r"(^|\brun |\blogs |runs/|execution/|pipelines-)[a-z0-9]{12}\b", r"\1ID"),
    (r"\b(?=[a-z]*\d)[a-z0-9]{12}\b", "ID"),
    (r"(?<=-)[0-9A-Za-z]{10}$", "RANDOM"),
    (r"\b(\d+h)?(\d+m)?\d+(\.\d+)?s\b", "DURATION"),
    (r"\b\d+(\.\d+)? (B|KB|MB)\b", "SIZE"),
    (r"(?<=127\.0\.0\.1:)\d+|(?<=process )\d+", "NUMBER"),
]
#: Progress that a quick step may pass through unseen.
PASSING = re.compile(r"^\S+ (Starting|Executing)( \(attempt \d+\))?$")


@dataclass
class Block:
    """A fenced block of a page."""

    language: str
    info: str
    text: str
    start: int
    end: int


def blocks(page: Path) -> list[Block]:
    """Returns the fenced blocks of a page."""
    return [
        Block(found[1], found[2].strip(), found[3], found.start(3), found.end(3))
        for found in FENCE.finditer(page.read_text())
    ]


def runs(page: Path) -> bool:
    """Says whether a page has something to run."""
    return any(block.language == "console" or file_name(block) or block.info == "cell" for block in blocks(page))


def file_name(block: Block) -> str | None:
    """Returns the name of the file that a block is, if it is one."""
    found = re.match(r"# ([\w/]+\.(?:py|json))\n", block.text) if block.language == "python" else None
    return found[1] if found else None


def name(page: Path) -> str:
    """Returns a page's name in test names."""
    return page.relative_to(ROOT).as_posix()


@dataclass
class Step:
    """One command of a console block and what is printed below it."""

    command: str
    output: str


def steps(text: str) -> list[Step]:
    """Returns the commands of a console block."""
    found: list[Step] = []
    continued = False
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], ""))
        elif continued:
            found[-1].command += f"\n{line}"
        else:
            found[-1].output += f"{line}\n"
            continue
        continued = line.endswith("\\")
    return found


def written(found: list[Step]) -> str:
    """Returns the text of a console block."""
    return "".join(f"$ {step.command}\n{step.output.rstrip()}".rstrip() + "\n" for step in found)


def comparable(text: str) -> list[str]:
    """Returns the lines of an output without what differs from run to run.

    They are sorted, because steps that run in parallel have no order.
    """
    lines = []
    for line in text.splitlines():
        for pattern, replacement in VARIABLE:
            line = re.sub(pattern, replacement, line)  # noqa: PLW2901
        if line.strip() and not PASSING.match(line.strip()):
            lines.append(line.strip())
    return sorted(lines)


def same(expected: str, actual: str) -> bool:
    """Says whether an output is the documented one; a line `…` stands for any lines."""
    wanted, got = comparable(expected), comparable(actual)
    if "…" not in wanted:
        return wanted == got and not BLESS_ALL
    return all(line in got for line in wanted if line != "…")


def shown(output: Any) -> str:
    """Returns one output of a notebook's cell as text."""
    text: str = output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
    return re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip("\n") + "\n"


class Reader:
    """A person who follows a page from top to bottom in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        self.home = folder / "home"
        self.home.mkdir()
        state = self.home / ".sagewright"
        self.environment = environment(state, HOME=str(self.home), TERM="dumb")
        del self.environment["SAGEWRIGHT_HOME"]
        self.waiting: list[str] = []
        self.exit_code = 0

    def write(self, file: str, text: str) -> None:
        """Writes a file of the project; what runs a pipeline has to be run before it is replaced."""
        if file in self.waiting:
            self.run_waiting()
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if "__main__" in text:
            self.waiting.append(file)

    def run_waiting(self) -> None:
        """Runs the files that no command of the page ran."""
        for file in list(self.waiting):
            output = self.run(f"python {file}")
            assert self.exit_code == 0, f"{file} ended with exit code {self.exit_code}:\n{output}"

    def run(self, command: str) -> str:
        """Runs one command and returns what it printed."""
        if command == "echo $?":
            return f"{self.exit_code}\n"
        self.waiting = [file for file in self.waiting if not re.search(rf"(?<![\w/]){re.escape(file)}", command)]
        output = self.folder.parent / "output"
        with output.open("wb") as stream:
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                timeout=DEADLINE,
                check=False,
            )
        self.exit_code = done.returncode
        text = output.read_text(errors="replace")
        assert "panicked" not in text, text
        text = re.sub(r"^(by +)\S+$", r"\1me", text, flags=re.MULTILINE)
        return text.replace(str(self.folder), PROJECT).replace(str(self.home), HOME)

    def notebook(self, cells: list[str]) -> list[str]:
        """Runs the cells of a page as one notebook and returns what each shows."""
        import nbformat

        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, self.folder / "notebook.ipynb")
        output = self.run("jupyter execute --inplace notebook.ipynb")
        assert self.exit_code == 0, output
        done = nbformat.read(self.folder / "notebook.ipynb", as_version=4)
        return ["".join(map(shown, cell.outputs)) for cell in done.cells]

    def leave(self) -> None:
        """Ends the endpoint that an example may have left in the background."""
        for connection in [self.home / ".sagewright/endpoint/endpoint.json", self.folder / "connection.json"]:
            if not connection.exists():
                continue
            pid = json.loads(connection.read_text())["pid"]
            command_line = Path(f"/proc/{pid}/cmdline")
            if command_line.exists() and b"sagewright" in command_line.read_bytes():
                os.kill(pid, 15)
                while command_line.exists() and command_line.read_bytes():
                    time.sleep(0.05)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader with an empty folder and home."""
    reader = Reader(tmp_path)
    yield reader
    reader.leave()


@pytest.mark.parametrize("page", [page for page in PAGES if runs(page)], ids=name)
def test_the_examples_of_a_page_do_what_it_says(page: Path, reader: Reader) -> None:
    text = page.read_text()
    problems: list[str] = []
    rewritten: list[tuple[Block, str]] = []
    for block in blocks(page):
        file = file_name(block)
        if file:
            reader.write(file, block.text)
        elif block.language == "console":
            found = steps(block.text)
            problems += follow(reader, found)
            rewritten.append((block, written(found)))
    reader.run_waiting()
    cells = follow_cells(reader, blocks(page))
    problems += [f"a cell shows:\n{new}\nand not:\n{block.text}" for block, new in cells if not same(block.text, new)]
    rewritten += cells
    if BLESS:
        for block, new in sorted(rewritten, key=lambda it: it[0].start, reverse=True):
            text = text[: block.start] + new + text[block.end :]
        page.write_text(text)
    assert not problems or BLESS, "\n\n".join(problems)


def follow(reader: Reader, found: list[Step]) -> list[str]:
    """Runs the commands of a block puts what they printed in place, and returns what differed.

    A command may fail only where the next one looks at the exit code.
    """
    problems = []
    for step, following in zip(found, [*found[1:], None], strict=True):
        output = reader.run(step.command)
        looks = "echo $?" in (step.command, following and following.command)
        if reader.exit_code != 0 and not looks:
            problems.append(f"`{step.command}` ended with exit code {reader.exit_code}:\n{output}")
        if not same(step.output, output):
            problems.append(f"`{step.command}` printed:\n{output}\nand not:\n{step.output}")
            if "…" not in step.output:
                step.output = output
    return problems


def follow_cells(reader: Reader, found: list[Block]) -> list[tuple[Block, str]]:
    """Runs the cells among the blocks of a page; returns what really stands in each block of output."""
    cells = [block.text for block in found if block.info == "cell"]
    outputs = reader.notebook(cells) if cells else []
    real: list[tuple[Block, str]] = []
    position = -1
    for block in found:
        position += block.info == "cell"
        if block.info == "output":
            real.append((block, outputs[position] if not same(block.text, outputs[position]) else block.text))
    return real


def bless_or_compare(page: Path, text: str) -> None:
    """Compares a generated page, or rewrites it."""
    if BLESS:
        page.write_text(text)
    assert page.read_text() == text, f"{name(page)} is out of date: `make bless` rewrites it"


def test_the_command_line_reference_is_what_help_says(tmp_path: Path) -> None:
    def sections(*words: str) -> Iterator[str]:
        done = subprocess.run(
            [SAGEWRIGHT, *words, "--help"],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        yield f"## `{' '.join(('sagewright', *words))}`\n\n```text\n{done.stdout.strip()}\n```\n"
        listed = re.search(r"^Commands:\n((?:  .*\n)+)", done.stdout, re.MULTILINE)
        for line in listed[1].splitlines() if listed else []:
            word = line.split()[0]
            if re.match(r"  \S", line) and word != "help":
                yield from sections(*words, word)

    bless_or_compare(DOCS / "reference/command-line.md", "\n".join([COMMAND_LINE, *sections()]))


def error_pages() -> list[tuple[str, str]]:
    """Returns code and meaning of every error page."""
    found = []
    for page in [page for page in PAGES if page.parent == DOCS / "reference/errors"]:
        heading = page.read_text().splitlines()[0].removeprefix("# ")
        code, _, meaning = heading.partition(": ")
        assert code == page.stem, f"{name(page)} begins with `{heading}`"
        assert meaning, f"{name(page)} has no meaning in its heading"
        found.append((code, meaning))
    return found


def test_the_index_of_error_codes_is_complete() -> None:
    rows = [f"| [{code}](errors/{code}.md) | {meaning} |\n" for code, meaning in error_pages()]
    bless_or_compare(DOCS / "reference/errors.md", ERRORS + "".join(rows))


def test_the_summary_has_every_page_once() -> None:
    summary = DOCS / "SUMMARY.md"
    entries = "".join(f"  - [{code}: {meaning}](reference/errors/{code}.md)\n" for code, meaning in error_pages())
    text = re.sub(r"(?:^  - \[P\d{4}.*\n)+", "", summary.read_text(), flags=re.MULTILINE)
    codes = re.compile(r"^(- \[Error codes\].*\n)", re.MULTILINE)
    bless_or_compare(summary, codes.sub(lambda found: found[1] + entries, text))
    linked = re.findall(r"\]\(([^)]+)\)", summary.read_text())
    there = sorted(page.relative_to(DOCS).as_posix() for page in PAGES if DOCS in page.parents and page != summary)
    assert sorted(linked) == there


def test_every_environment_variable_is_documented() -> None:
    sources = [*ROOT.glob("crates/*/src/**/*.rs"), *ROOT.glob("python/sagewright/**/*.py")]
    used = {found for source in sources for found in re.findall(r"\bSAGEWRIGHT_[A-Z_]*[A-Z]\b", source.read_text())}
    page = (DOCS / "reference/environment.md").read_text()
    assert {variable for variable in used if variable not in page} == set()


def test_every_setting_and_every_public_name_is_documented() -> None:
    schema = json.loads((DOCS / "reference/spec.schema.json").read_text())
    settings = (DOCS / "guides/settings.md").read_text()
    assert [field for field in schema["$defs"]["Settings"]["properties"] if f"`{field}`" not in settings] == []
    code = "import sagewright, sagewright.artifacts as a; print(*sagewright.__all__, *getattr(a, '__all__', []))"
    public = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    page = (DOCS / "reference/python.md").read_text()
    assert [public_name for public_name in public if public_name not in page] == []


def test_every_operation_of_the_endpoint_is_documented() -> None:
    files = {path.stem for path in (ROOT / "crates/local/src/ops").glob("*.rs")} - {"mod", "definition"}
    operations = {"".join(word.capitalize() for word in stem.split("_")) for stem in files}
    page = (DOCS / "concepts/endpoint.md").read_text()
    assert sorted(operation for operation in operations if operation not in page) == []


def test_the_demo_and_the_examples_are_named(command: Command) -> None:
    readme = (ROOT / "README.md").read_text()
    for example in sorted(path.name for path in (ROOT / "examples").iterdir() if (path / "run.py").exists()):
        assert f"examples/{example}" in readme
    for target in re.findall(r"\bmake ([a-z-]+)", readme):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text()
    assert command("--version").expect(0).stdout.startswith("sagewright ")
