"""What pipelines and steps become when they are traced in process."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Literal

import pytest

from sagewright import PipelineError, pipeline, step
from sagewright.aws import SagemakerOrchestratorSettings

ran: list[str] = []


@step
def load() -> list[int]:
    """Loads numbers.

    And more that is not shown.
    """
    ran.append("load")
    return [1, 2, 3]


@step
def split(data: list[int]) -> tuple[Annotated[list[int], "train"], list[int]]:
    ran.append("split")
    return data[:1], data[1:]


@step
def pair() -> Annotated[tuple[int, str], "pair"]:
    return 1, "x"


@step
def many() -> tuple[int, ...]:
    return (1, 2)


@step
def untyped(value):
    return value


@step(name="fit", settings={"orchestrator": SagemakerOrchestratorSettings(instance_type="ml.m5.large")})
def train(data: list[int], depth: int = 3, *, rate: float = 0.1) -> Annotated[dict, "model"]:
    return {"depth": depth}


@step
def report(model) -> None:
    ran.append("report")


@step
def gather(*models: dict, **options: int) -> int:
    return len(models)


def spec(function, **values) -> dict:
    return pipeline(function).trace(**values)["pipeline"]


def steps_of(function, **values) -> dict[str, dict]:
    return {it["name"]: it for it in spec(function, **values)["steps"]}


def error_of(function, **values) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        spec(function, **values)
    assert caught.value.hint
    return caught.value


def test_a_step_outside_a_pipeline_is_a_function() -> None:
    assert load() == [1, 2, 3]
    assert train([1], rate=0.5) == {"depth": 3}
    assert gather({}, {}) == 2
    assert load.__name__ == "load"
    assert load.__doc__.startswith("Loads numbers.")


def test_tracing_runs_no_step() -> None:
    def flow():
        first, _ = split(load())
        report(train(first))

    ran.clear()
    steps = steps_of(flow)
    assert ran == []
    assert list(steps) == ["load", "split", "fit", "report"]
    assert steps["load"]["description"] == "Loads numbers."
    assert "description" not in steps["split"]
    assert steps["split"]["inputs"] == {"data": {"step": "load", "output": "output"}}
    assert steps["fit"]["inputs"] == {"data": {"step": "split", "output": "train"}}
    assert steps["fit"]["settings"] == {"instance_type": "ml.m5.large"}
    assert steps["fit"]["command"] == ["python3", "-m", "sagewright.worker", "test_authoring:train"]
    assert steps["fit"]["source"]["function"] == "train"


def test_outputs_follow_from_the_annotation() -> None:
    def flow():
        split(load())
        pair()
        many()
        untyped(1)
        report(None)

    steps = steps_of(flow)
    assert steps["split"]["outputs"] == [
        {"name": "train", "type": "list[int]"},
        {"name": "output_1", "type": "list[int]"},
    ]
    assert steps["pair"]["outputs"] == [{"name": "pair", "type": "tuple[int, str]"}]
    assert steps["many"]["outputs"] == [{"name": "output", "type": "tuple[int, ...]"}]
    assert steps["untyped"]["outputs"] == [{"name": "output"}]
    assert "outputs" not in steps["report"]


def test_several_outputs_can_be_unpacked_and_indexed() -> None:
    def flow():
        outputs = split(load())
        first, second = outputs
        assert len(outputs) == 2
        untyped([first, second, outputs[0], outputs["output_1"], outputs[-1]])

    names = [it["output"] for it in steps_of(flow)["untyped"]["inputs"]["value"]["list"]]
    assert names == ["train", "output_1", "train", "output_1", "output_1"]


def test_calls_of_one_step_are_numbered_and_never_collide() -> None:
    def flow():
        train.with_options(name="fit_2")([])
        for _ in range(3):
            train([])

    assert list(steps_of(flow)) == ["fit_2", "fit", "fit_3", "fit_4"]


def test_arguments_keep_the_order_of_the_function() -> None:
    def flow(rate: float = 0.5):
        train(rate=rate, depth=2, data=[1])

    assert list(steps_of(flow)["fit"]["inputs"].items()) == [
        ("data", {"value": [1]}),
        ("depth", {"value": 2}),
        ("rate", {"parameter": "rate"}),
    ]


def test_variable_arguments_become_a_list_and_names() -> None:
    def flow():
        gather(train([]), train([]), top=1)
        gather({"a": 1})

    steps = steps_of(flow)
    assert steps["gather"]["inputs"] == {
        "models": {"list": [{"step": "fit", "output": "model"}, {"step": "fit_2", "output": "model"}]},
        "top": {"value": 1},
    }
    assert steps["gather_2"]["inputs"] == {"models": {"value": [{"a": 1}]}}


def test_lists_mix_outputs_parameters_and_constants() -> None:
    def flow(depth: int = 3):
        untyped((load(), depth, {"a": (1, 2)}))

    assert steps_of(flow)["untyped"]["inputs"]["value"] == {
        "list": [{"step": "load", "output": "output"}, {"parameter": "depth"}, {"value": {"a": [1, 2]}}]
    }


def test_every_way_of_saying_after() -> None:
    def flow():
        first = load()
        second = load()
        third = report(1)
        untyped(1).after(first, second)
        untyped(2, after=third)
        untyped.with_options(after=[first, third])(3)
        untyped.after(split([]))(4)
        untyped(5, after=[first, first])

    steps = steps_of(flow)
    assert steps["untyped"]["after"] == ["load", "load_2"]
    assert steps["untyped_2"]["after"] == ["report"]
    assert steps["untyped_3"]["after"] == ["load", "report"]
    assert steps["untyped_4"]["after"] == ["split"]
    assert steps["untyped_5"]["after"] == ["load"]


def test_an_argument_called_after_is_the_functions_own() -> None:
    def flow():
        waits(after=3)

    assert steps_of(flow)["waits"]["inputs"] == {"after": {"value": 3}}


@step
def waits(after: int) -> None: ...


def test_a_cycle_can_be_written_and_is_left_to_the_check() -> None:
    def flow():
        first = load()
        second = untyped(first)
        first.after(second)

    assert steps_of(flow)["load"]["after"] == ["untyped"]


def test_parameters_follow_from_annotations_and_defaults() -> None:
    def flow(
        text: str,
        whole: int = 1,
        real: float = 2,
        flag: bool = False,
        inferred=7,
        either: int | None = 4,
        number: float = 1,
        mode: Literal["a", "b"] = "a",
        noted: Annotated[str, "anything"] = "n",
        absent: int | None = None,
        items: list[int] = [1, 2],  # noqa: B006
        table: dict = {"a": 1},  # noqa: B006
    ):
        assert absent is None
        assert items == [1, 2]
        untyped(either)

    assert spec(flow)["parameters"] == [
        {"name": "text", "type": "string"},
        {"name": "whole", "type": "integer", "default": 1},
        {"name": "real", "type": "float", "default": 2.0},
        {"name": "flag", "type": "boolean", "default": False},
        {"name": "inferred", "type": "integer", "default": 7},
        {"name": "either", "type": "integer", "default": 4},
        {"name": "number", "type": "float", "default": 1.0},
        {"name": "mode", "type": "string", "default": "a"},
        {"name": "noted", "type": "string", "default": "n"},
    ]


def test_constants_shape_the_pipeline_and_can_be_set() -> None:
    @pipeline
    def flow(sizes: list[int] = [1], limit: int | None = None):  # noqa: B006
        for size in sizes:
            untyped(size)
        untyped(limit)

    assert len(flow.trace()["pipeline"]["steps"]) == 2
    assert len(flow.trace(sizes=[1, 2, 3])["pipeline"]["steps"]) == 4
    changed = flow.with_options(parameters={"sizes": [1, 2], "limit": 5}).trace()["pipeline"]
    assert len(changed["steps"]) == 3
    # With a value as its default, an optional scalar is a parameter like any other.
    assert changed["parameters"] == [{"name": "limit", "type": "integer", "default": 5}]


def test_options_of_a_pipeline() -> None:
    def flow(depth: int = 3):
        """Flows."""
        untyped(depth)

    base = pipeline(
        name="flowing",
        tags={"a": "1", "b": "1"},
        settings={"orchestrator": {"instance_type": "ml.m5.large", "environment": {"A": "1"}}},
    )(flow)
    other = base.with_options(
        name="other",
        tags={"b": "2"},
        settings={"orchestrator.sagemaker": SagemakerOrchestratorSettings(environment={"B": "2"})},
        parameters={"depth": 8},
        description="Another.",
    )
    described = other.trace()["pipeline"]
    assert described["name"] == "other"
    assert described["description"] == "Another."
    assert described["tags"] == {"a": "1", "b": "2"}
    assert described["settings"] == {"instance_type": "ml.m5.large", "environment": {"A": "1", "B": "2"}}
    assert described["parameters"][0]["default"] == 8
    assert base.trace()["pipeline"]["name"] == "flowing"
    assert base.trace()["pipeline"]["description"] == "Flows."
    assert base.trace()["pipeline"]["parameters"][0]["default"] == 3


def test_options_of_a_step_leave_the_original_alone() -> None:
    def flow():
        train.with_options(settings={"orchestrator": {"volume_size_in_gb": 50}}, description="Fits.")([])
        train([])

    steps = steps_of(flow)
    assert steps["fit"]["settings"] == {"instance_type": "ml.m5.large", "volume_size_in_gb": 50}
    assert steps["fit"]["description"] == "Fits."
    assert steps["fit_2"]["settings"] == {"instance_type": "ml.m5.large"}


@dataclass
class Layer:
    size: int
    rates: tuple[float, float] = (0.1, 0.2)


@dataclass
class Network:
    layers: list[Layer] = field(default_factory=list)
    name: str | None = None


def test_dataclasses_become_objects() -> None:
    def flow():
        untyped(Network([Layer(3)], "n"))

    assert steps_of(flow)["untyped"]["inputs"]["value"] == {
        "value": {"layers": [{"size": 3, "rates": [0.1, 0.2]}], "name": "n"}
    }


class Opaque:
    pass


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Opaque(), "argument `value` of step `untyped` is of type test_authoring.Opaque"),
        ({"a": [Opaque()]}, "argument `value['a'][0]` of step `untyped` is of type test_authoring.Opaque"),
        ({1: 2}, "a dict with the key 1"),
        (float("nan"), "nan, which JSON cannot hold"),
        ({1, 2}, "of type set"),
        (b"x", "of type bytes"),
        (load, "of type sagewright.steps.Step"),
        (copy, "of type module"),
    ],
)
def test_other_constants_are_refused_by_name(value: object, said: str) -> None:
    def flow():
        untyped(value)

    error = error_of(flow)
    assert said in error.message
    assert error.file == __file__


def test_a_constant_that_contains_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)

    def flow():
        untyped(loop)

    assert "contains itself" in error_of(flow).message


def test_an_output_deep_inside_a_constant_is_refused() -> None:
    def flow():
        untyped({"model": load()})

    assert "output `output` of step `load` inside a" in error_of(flow).message


@pytest.mark.parametrize(
    "misuse",
    [
        bool,
        len,
        list,
        str,
        int,
        float,
        lambda it: it + 1,
        lambda it: 1 + it,
        lambda it: it > 3,
        lambda it: it == 3,
        lambda it: it != 3,
        lambda it: -it,
        lambda it: it[0],
        lambda it: 3 in it,
        lambda it: it(),
        lambda it: it.shape,
        lambda it: f"{it}",
        lambda it: range(it),
        lambda it: round(it),
        lambda it: [x for x in it],  # noqa: C416
        lambda it: sum([it, 1]),
        lambda it: "%s" % it,  # noqa: UP031
    ],
)
def test_values_that_do_not_exist_yet_cannot_be_used(misuse) -> None:
    def with_output():
        misuse(load())

    def with_parameter(depth: int = 3):
        misuse(depth)

    error = error_of(with_output)
    assert "output `output` of step `load` has no value while the pipeline is traced" in error.message
    assert error.line is not None
    error = error_of(with_parameter)
    assert "pipeline parameter `depth` has no value while the pipeline is traced" in error.message
    assert "inside a step" in error.hint


def test_handles_can_be_looked_at() -> None:
    def flow(depth: int = 3):
        shown = [repr(depth), repr(load()), repr(report(1)), repr(split([]))]
        assert shown == ["<parameter depth>", "<output output of step load>", "<step report>", "<step split>"]
        assert len({load(), load()}) == 2

    spec(flow)


def test_what_a_step_returns_must_fit_where_it_goes() -> None:
    def several():
        untyped(split([]))

    def nothing():
        untyped(report(1))

    def unknown():
        split([])["validation"]

    assert "which has 2 outputs" in error_of(several).message
    assert "which returns nothing" in error_of(nothing).message
    assert "has no output 'validation'" in error_of(unknown).message


@pytest.mark.parametrize("wrong", [load, "load", 3])
def test_after_takes_results_only(wrong: object) -> None:
    def flow():
        load().after(wrong)

    assert "results of step calls" in error_of(flow).hint


def test_handles_of_another_pipeline_are_refused() -> None:
    kept: list[object] = []

    def first():
        kept.append(load())

    def second():
        untyped(kept[0])

    def third():
        load().after(kept[0])

    spec(first)
    assert "belongs to pipeline `first`" in error_of(second).message
    assert "belongs to pipeline `first`" in error_of(third).message


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: train(), "step `fit` is called without `data`"),
        (lambda: train([], dept=3), "step `fit` has no argument `dept`"),
        (lambda: train([], data=[]), "step `fit` is given `data` twice"),
        (lambda: train([], 1, 2), "step `fit` takes 2 positional arguments but is given 3"),
        (lambda: load(x=1), "step `load` has no argument `x`"),
    ],
)
def test_calls_that_do_not_fit_the_function(call, said: str) -> None:
    def flow():
        call()

    assert said in error_of(flow).message


def test_other_libraries_numbers_are_numbers() -> None:
    import numpy as np

    def flow(depth: int = np.int64(3), rate: float = np.float32(0.5), name: str = np.str_("x")):
        untyped(depth)

    assert [(it["default"], type(it["default"])) for it in spec(flow)["parameters"]] == [
        (3, int),
        (0.5, float),
        ("x", str),
    ]


def test_parameters_that_do_not_fit() -> None:
    def flow(depth: int = 3):
        untyped(depth)

    def default(depth: int = "three"):
        untyped(depth)

    def bare(depth):
        untyped(depth)

    def rest(*values: int):
        untyped(1)

    def required(sizes: list[int]):
        untyped(1)

    assert "parameter `depth` of pipeline `flow` is 'x', of type str" in error_of(flow, depth="x").message
    assert "is True, of type bool" in error_of(flow, depth=True).message
    assert "parameter `depth` of pipeline `default` is 'three'" in error_of(default).message
    assert "neither an annotation nor a default" in error_of(bare).message
    assert "takes `*values`" in error_of(rest).message
    assert "no value for the constant `sizes`" in error_of(required).message
    with pytest.raises(PipelineError, match="has no argument `dpeth`") as caught:
        spec(flow, dpeth=1)
    assert "did you mean `depth`?" in caught.value.hint
    with pytest.raises(PipelineError, match="has no parameter `dpeth`"):
        pipeline(flow).with_options(parameters={"dpeth": 1}).trace()


def test_steps_that_a_job_could_not_import() -> None:
    @step
    def nested() -> None: ...

    bad = step(lambda: 1)

    def uses_nested():
        nested()

    def uses_lambda():
        bad()

    assert "is written inside the function `test_steps_that_a_job_could_not_import`" in error_of(uses_nested).message
    assert "is a lambda" in error_of(uses_lambda).message


@step
def hidden() -> int:
    return 1


first_hidden = hidden


@step
def hidden() -> int:
    return 2


def test_a_step_hidden_by_another_of_its_name_is_found_out() -> None:
    def flow():
        first_hidden()

    assert "the name `hidden` of step `hidden` means something else by now" in error_of(flow).message


def twice(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs) * 2

    return wrapper


@step
@twice
def doubled(value: int) -> Annotated[int, "twice"]:
    return value


def test_other_decorators_below_step_are_kept() -> None:
    def flow():
        doubled(value=3)

    described = steps_of(flow)["doubled"]
    assert described["inputs"] == {"value": {"value": 3}}
    assert described["outputs"] == [{"name": "twice", "type": "int"}]
    assert doubled(4) == 8


def test_decorators_take_functions_only() -> None:
    async def coroutine(): ...

    def generator():
        yield 1

    for wrong in (3, int, print, coroutine, generator, staticmethod(generator), "name"):
        with pytest.raises(PipelineError) as caught:
            step(wrong)
        assert caught.value.hint


def test_pipelines_do_not_nest() -> None:
    @pipeline
    def inner():
        load()

    def outer():
        inner()

    assert "pipeline `inner` is called inside pipeline `outer`" in error_of(outer).message


def test_a_users_own_exception_passes_through() -> None:
    def flow():
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        spec(flow)
    assert load() == [1, 2, 3]


def test_tracing_is_quick_and_linear() -> None:
    def flow(count: int = 0):
        data = load()
        for index in range(repetitions):
            data = train(data, depth=index)

    def measure() -> float:
        started = time.perf_counter()
        document = pipeline(flow).trace()
        assert len(document["pipeline"]["steps"]) == repetitions + 1
        return time.perf_counter() - started

    repetitions = 10_000
    assert min(measure() for _ in range(3)) < 0.5
