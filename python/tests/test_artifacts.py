"""Every artifact type: what is stored, what comes back, what people see."""

from __future__ import annotations

import datetime
import decimal
import enum
import json
import subprocess
import sys
import textwrap
import uuid
import zoneinfo
from collections import namedtuple
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib.figure import Figure
from PIL import Image

from sagewright import artifacts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "artifact"
    made.mkdir()
    return made


@pytest.fixture
def trip(folder: Path):
    """Saves a value as the worker does and returns the record and what loading gives."""

    def there_and_back(value: object) -> tuple[dict, object]:
        record = json.loads(json.dumps(artifacts.save(value, str(folder)), allow_nan=False))
        assert set(record) == {"type", "language_type", "metadata", "preview", "note"}
        assert len(json.dumps(record["preview"])) < 9000
        return record, artifacts.load(str(folder), record["type"], record["metadata"])

    return there_and_back


class Color(enum.Enum):
    RED = 1
    GREEN = "g"


class Level(enum.IntFlag):
    LOW = 1
    HIGH = 2


Point = namedtuple("Point", "x y")  # noqa: PYI024


@dataclass(frozen=True)
class Inner:
    size: int
    when: datetime.date | None = None


@dataclass
class Outer:
    inner: list[Inner]
    color: Color = Color.RED
    made: int = field(init=False, default=7)

    def __post_init__(self) -> None:
        if self.made != 7:
            raise RuntimeError("called while loading")


@dataclass
class Special(dict):
    extra: int = 0


UTC = datetime.timezone.utc

PLAIN = [
    None, True, 0, -(2**80), 1.5, 1e300, [], {}, [1, "a", None, True, 2.5], {"a": {"b": [1]}}, {"ü": "😀"},
    float("inf"), [float("nan")], (), (1, (2, [3])), {1, 2}, frozenset({"a"}), {1: "a", (1, 2): "b", None: 3},
    {"$tuple": [1]}, 1 + 2j, {"raw": b"\x00\xff"}, datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4),
    datetime.datetime(2024, 1, 2, 3, 4, 5, 6), datetime.datetime(2024, 1, 2, tzinfo=UTC),
    datetime.datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30))),
    datetime.timedelta(days=-1, microseconds=5), decimal.Decimal("1.10"), uuid.UUID(int=5), Color.GREEN, Level.LOW,
    Point(1, (2,)), Inner(3, datetime.date(2024, 1, 1)), Outer([Inner(1)], Color.GREEN), [Outer([])],
    {"accuracy": np.float64(0.5), "count": np.int64(3), "half": np.float16(0.5), "ok": np.bool_(True)},
    np.float32(0.25), np.int8(-3), Path("some/where") if False else ["text", "in", "a", "list"],
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: f"{type(value).__name__} {value!r}"[:50])
def test_plain_values_and_dataclasses_are_json(trip, folder: Path, value: object) -> None:
    record, back = trip(value)
    assert record["type"] == "json"
    assert record["note"] is None
    assert type(back) is type(value)
    assert repr(back) == repr(value)
    if isinstance(value, datetime.datetime):
        assert (back.tzinfo, back.fold) == (value.tzinfo, value.fold)
    json.loads((folder / "data.json").read_text(), parse_constant=pytest.fail)
    assert record["preview"]["kind"] == "json"


def test_types_inside_dicts_survive(trip) -> None:
    _, back = trip({"accuracy": np.float64(0.5), "point": Point(1, 2)})
    assert type(back["accuracy"]) is np.float64
    assert type(back["point"]) is Point


def test_json_is_readable_by_other_tools(trip, folder: Path) -> None:
    trip({"rows": [1, 2.5, None], "name": "x"})
    assert json.loads((folder / "data.json").read_text()) == {"rows": [1, 2.5, None], "name": "x"}


def test_previews_of_json_have_no_marks(trip) -> None:
    record, _ = trip({"point": (1, 2), "when": datetime.date(2024, 1, 1), "in": Inner(1), "color": Color.RED})
    assert record["preview"]["value"] == {
        "point": [1, 2],
        "when": "2024-01-01",
        "in": {"size": 1, "when": None},
        "color": "RED",
    }


@pytest.mark.parametrize(
    "value",
    [list(range(100_000)), {str(key): "x" * 1000 for key in range(5000)}, [["y" * 100] * 1000] * 10, "z" * 10**6],
)
def test_previews_are_small(trip, value: object) -> None:
    record, back = trip(value)
    assert back == value
    assert len(json.dumps(record["preview"])) <= 4200


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Special(), "derives from dict"),
        ([np.longdouble(1)], "more exact than JSON"),
        ({"frame": pd.DataFrame({"a": [1]})}, "it holds a pandas.DataFrame" if pd.__version__ >= "3" else "DataFrame"),
        (Level.LOW | Level.HIGH, "combination of flags"),
    ],
)
def test_what_json_cannot_hold_is_pickled_with_the_reason(trip, value: object, reason: str) -> None:
    record, back = trip(value)
    assert record["type"] == "cloudpickle"
    assert reason in record["note"]
    assert "stored with cloudpickle" in record["note"]
    assert type(back) is type(value)


def test_a_value_that_contains_itself_is_pickled(trip) -> None:
    loop: list[object] = [1]
    loop.append(loop)
    record, back = trip(loop)
    assert record["type"] == "cloudpickle"
    assert back[1] is back


def test_a_path_in_a_dict_is_only_a_name(trip) -> None:
    record, back = trip({"model": Path("model.bin")})
    assert back == {"model": Path("model.bin")}
    assert "return a path as an output of its own" in record["note"]


def test_text(trip, folder: Path) -> None:
    value = "first\r\nsecond\n\u2603 \ud800"
    record, back = trip(value)
    assert (record["type"], back) == ("text", value)
    assert record["metadata"] == {"characters": len(value), "lines": 3}
    assert record["preview"] == {"kind": "text", "text": "first\r\nsecond\n\u2603 ?"}
    assert (folder / "data.txt").exists()


@pytest.mark.parametrize("value", [b"", b"\x00\x01" * 100, bytearray(b"abc")])
def test_bytes(trip, folder: Path, value: bytes) -> None:
    record, back = trip(value)
    assert (record["type"], type(back), back) == ("bytes", type(value), value)
    assert (folder / "data.bin").stat().st_size == len(value)


ARRAYS = [
    np.arange(6).reshape(2, 3), np.zeros((0, 3)), np.array(5), np.array(["a", "bcd"]), np.array([1 + 2j]),
    np.asfortranarray(np.eye(3)), np.array(["2024-01-01"], dtype="datetime64[D]"), np.ones((2, 2, 2), dtype=">f4"),
    np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]), np.array([True, False]), np.array([b"x", b"yz"]),
    np.zeros(2, dtype=[("nested", [("x", "i2"), ("y", "f4", (2,))])]),
]  # fmt: skip


@pytest.mark.parametrize("value", ARRAYS, ids=lambda value: f"{value.dtype} {value.shape}")
def test_arrays(trip, folder: Path, value: np.ndarray) -> None:
    record, back = trip(value)
    assert record["type"] == "npy"
    assert type(back) is np.ndarray
    assert back.dtype == value.dtype
    np.testing.assert_array_equal(back, value)
    assert record["metadata"]["shape"] == list(value.shape)
    assert np.load(folder / "data.npy", allow_pickle=False).dtype == value.dtype


@pytest.mark.parametrize("value", [np.datetime64("2024-01-01"), np.complex64(1j), np.array([(1, 2)], dtype="i4,i4")[0]])
def test_other_scalars_of_numpy(trip, value: object) -> None:
    record, back = trip(value)
    assert (record["type"], type(back)) == ("npy", type(value))
    assert back == value


def test_record_arrays_and_mapped_arrays(trip, tmp_path: Path) -> None:
    value = np.rec.array([(1, 2.0)], names="a,b")
    record, back = trip(value)
    assert (record["type"], type(back)) == ("npy", np.recarray)
    assert back.a[0] == 1
    np.save(tmp_path / "mapped.npy", np.arange(3))
    _, back = trip(np.load(tmp_path / "mapped.npy", mmap_mode="r"))
    assert type(back) is np.ndarray


@pytest.mark.parametrize("value", [np.array([1, "a", None], dtype=object), np.ma.array([1, 2], mask=[True, False])])
def test_arrays_that_npy_would_change_are_pickled(trip, value: np.ndarray) -> None:
    record, back = trip(value)
    assert record["type"] == "cloudpickle"
    assert type(back) is type(value)
    assert "npy format" in record["note"]


def test_arrays_of_two_dimensions_are_shown_as_tables(trip) -> None:
    record, _ = trip(np.arange(4000.0).reshape(100, 40))
    preview = record["preview"]
    assert (preview["kind"], preview["shape"]) == ("table", [100, 40])
    assert len(preview["rows"]) == 10
    assert len(preview["rows"][0]) == len(preview["columns"]) == 20
    record, _ = trip(np.arange(100))
    assert record["preview"]["text"].startswith("int64 100\n[ 0  1  2")


STRINGS = pd.Index(["x", "y"], dtype=object)
FRAMES = {
    "plain": pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [1.5, np.nan], "d": [True, False]}),
    "text of type object": pd.DataFrame({"a": pd.Series(["x", None], dtype=object)}),
    "not a number as missing text": pd.DataFrame({"a": pd.Series(["x", np.nan], dtype=object)}),
    "truth values and None": pd.DataFrame({"a": pd.Series([True, None], dtype=object)}),
    "dates and decimals": pd.DataFrame({"a": [datetime.date(2024, 1, 1)], "b": [decimal.Decimal("1.5")]}),
    "numbers as labels": pd.DataFrame([[1, 2], [3, 4]]),
    "labels with a name": pd.DataFrame([[1, 2]], columns=pd.Index(["a", "b"], name="labels")),
    "dates as labels": pd.DataFrame([[1, 2]], columns=pd.date_range("2024", periods=2)),
    "several levels": pd.DataFrame(
        [[1, 2]],
        columns=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["k", "n"]),
        index=pd.MultiIndex.from_tuples([("a", 1)], names=["i", None]),
    ),
    "levels of type object": pd.DataFrame({"a": [1, 2]}, index=pd.MultiIndex.from_arrays([STRINGS, [1, 2]])),
    "index of type object": pd.DataFrame({"a": [1, 2]}, index=STRINGS),
    "index with a name": pd.DataFrame({"a": [1, 2]}, index=pd.Index([0.5, 1.5], name="at")),
    "range with a step": pd.DataFrame({"a": [1, 2]}, index=pd.RangeIndex(4, 8, 2)),
    "dates with a frequency": pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2024", periods=2, freq="D", name="day")),
    "seconds": pd.DataFrame({"a": pd.to_datetime(["2024-01-01"]).astype("datetime64[s]")}),
    "time zone": pd.DataFrame({"a": pd.to_datetime(["2024-01-01"]).tz_localize("Europe/Berlin")}),
    "categories": pd.DataFrame({"a": pd.Categorical(["x", "y"], categories=["z", "y", "x"], ordered=True)}),
    "categories of type object": pd.DataFrame({"a": pd.Categorical(STRINGS)}),
    "nullable": pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": pd.array(["x", None], dtype="string")}),
    "arrow": pd.DataFrame({"a": pd.array([1, None], dtype="int64[pyarrow]")}),
    "periods and intervals": pd.DataFrame(
        {"a": pd.period_range("2024", periods=2, freq="M"), "b": pd.interval_range(0, 2)}
    ),
    "spans and small numbers": pd.DataFrame({"a": pd.to_timedelta([1], unit="s"), "b": np.array([1], dtype="float16")}),
    "empty": pd.DataFrame(),
    "no columns": pd.DataFrame(index=[1, 2]),
    "no rows": pd.DataFrame({"a": pd.Series([], dtype="int32")}),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_of_pandas(trip, name: str) -> None:
    value = FRAMES[name]
    record, back = trip(value)
    assert record["type"] == "parquet", record["note"]
    assert type(back) is pd.DataFrame
    pd.testing.assert_frame_equal(back, value)
    for label in value.columns:
        assert [type(item) for item in back[label]] == [type(item) for item in value[label]]
    assert record["preview"]["shape"] == list(value.shape)


@pytest.mark.parametrize(
    "value", [pd.Series([1, 2], name="q", index=["a", "b"]), pd.Series(["x", None]), pd.Series(dtype=int)]
)
def test_series_of_pandas(trip, value: pd.Series) -> None:
    record, back = trip(value)
    assert record["type"] == "parquet"
    pd.testing.assert_series_equal(back, value)


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"a": pd.Series(["x", 1], dtype=object)}),
        pd.DataFrame({"a": pd.Series([[1], [2, 3]], dtype=object)}),
        pd.DataFrame({"a": [1j]}),
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame([[1, 2]], columns=["a", 1]),
        pd.DataFrame({"a": pd.arrays.SparseArray([0, 1])}),
    ],
)
def test_frames_that_parquet_would_change_are_pickled(trip, value: pd.DataFrame) -> None:
    record, back = trip(value)
    assert record["type"] == "cloudpickle"
    assert "stored with cloudpickle" in record["note"]
    pd.testing.assert_frame_equal(back, value)
    assert record["preview"]["kind"] == "table"


def test_frames_of_polars(trip) -> None:
    value = pl.DataFrame({"a": [1, None], "b": ["x", "y"], "c": [[1], [2, 3]], "d": [datetime.date(2024, 1, 1)] * 2})
    value = value.with_columns(pl.col("b").cast(pl.Categorical).alias("e"), pl.struct("a", "b").alias("f"))
    record, back = trip(value)
    assert record["type"] == "parquet"
    assert back.schema == value.schema
    assert back.equals(value)
    assert record["preview"]["rows"][0][:2] == [1, "x"]
    _, back = trip(value.lazy())
    assert isinstance(back, pl.LazyFrame)
    assert back.collect().equals(value)
    _, back = trip(pl.Series("numbers", [1, 2], dtype=pl.Int8))
    assert back.equals(pl.Series("numbers", [1, 2], dtype=pl.Int8), check_names=True, check_dtypes=True)
    with pytest.raises(artifacts.CannotSave, match="serializing data of type Object"):
        trip(pl.DataFrame({"a": [object()]}, schema={"a": pl.Object}))


def test_tables_of_arrow(trip) -> None:
    value = pa.table({"a": [1, 2], "b": ["x", None]})
    record, back = trip(value)
    assert record["type"] == "parquet"
    assert back.equals(value)
    assert record["preview"]["rows"] == [[1, "x"], [2, None]]


def test_cells_of_previews_are_json(trip) -> None:
    record, _ = trip(
        pd.DataFrame({"a": [float("nan"), float("inf")], "b": ["x" * 500, None], "c": [pd.Timestamp(0), pd.NaT]})
    )
    assert record["preview"]["rows"][0][0] is None
    assert record["preview"]["rows"][1][0] == "inf"
    assert len(record["preview"]["rows"][0][1]) == 100


def test_a_file_travels_under_its_name(trip, tmp_path: Path) -> None:
    path = tmp_path / "model.txt"
    path.write_text("weights")
    record, back = trip(path)
    assert (record["type"], record["metadata"]) == ("file", {"file": "model.txt"})
    assert isinstance(back, Path)
    assert back != path
    assert (back.name, back.read_text()) == ("model.txt", "weights")
    assert record["preview"] == {"kind": "text", "text": "weights"}


def test_a_picture_file_is_shown(trip, tmp_path: Path) -> None:
    Image.new("RGB", (30, 20)).save(tmp_path / "photo.png")
    record, _ = trip(tmp_path / "photo.png")
    assert record["preview"] == {
        "kind": "image",
        "file": "photo.png",
        "media_type": "image/png",
        "width": 30,
        "height": 20,
    }


def test_a_file_that_is_no_text_has_no_preview(trip, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"\x00\x01\xff")
    assert trip(tmp_path / "data")[0]["preview"] == {"kind": "none"}
    (tmp_path / "long").write_text("ü" * 4000)
    assert trip(tmp_path / "long")[0]["preview"]["text"].endswith("ü...")


def test_a_folder_travels_as_a_tree(trip, tmp_path: Path) -> None:
    source = tmp_path / "model"
    (source / "deep/empty").mkdir(parents=True)
    (source / "deep/weights.bin").write_bytes(b"\x01")
    (source / "config.json").write_text("{}")
    (source / "link").symlink_to(source / "config.json")
    record, back = trip(source)
    assert record["type"] == "folder"
    assert record["metadata"] == {"name": "model", "files": 3, "empty_folders": ["deep/empty"]}
    assert (back / "deep/weights.bin").read_bytes() == b"\x01"
    assert (back / "link").read_text() == "{}"
    assert (back / "deep/empty").is_dir()
    assert record["preview"]["text"].splitlines() == ["config.json", "link", "deep/weights.bin"]


def test_paths_that_cannot_be_stored(trip, tmp_path: Path) -> None:
    with pytest.raises(artifacts.CannotSave, match="there is no file or folder"):
        trip(tmp_path / "missing")
    with pytest.raises(artifacts.CannotSave, match="holds the place it is to be copied to"):
        trip(tmp_path)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(artifacts.CannotSave, match="is no file"):
        trip(tmp_path / "bad")


def test_a_figure_is_a_picture_and_can_be_drawn_on(trip, folder: Path) -> None:
    figure = Figure()
    figure.subplots().plot([1, 2])
    record, back = trip(figure)
    assert record["type"] == "png"
    assert record["preview"]["kind"] == "image"
    assert record["preview"]["file"] == "data.png"
    assert record["preview"]["width"] > 100
    assert isinstance(back, Figure)
    assert list(back.axes[0].lines[0].get_ydata()) == [1, 2]
    (folder / "figure.pkl").unlink()
    assert isinstance(artifacts.load(str(folder), "png", {"library": "matplotlib", "figure": False}), Image.Image)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_images(trip, mode: str) -> None:
    value = Image.new(mode, (5, 4))
    record, back = trip(value)
    assert (record["type"], back.mode, back.size) == ("png", mode, (5, 4))
    assert back.tobytes() == value.tobytes()


def test_images_that_png_does_not_know_are_pickled(trip) -> None:
    record, back = trip(Image.new("CMYK", (2, 2)))
    assert (record["type"], back.mode) == ("cloudpickle", "CMYK")


def test_everything_else_is_pickled_with_a_note(trip, folder: Path) -> None:
    from sklearn.linear_model import LinearRegression

    record, back = trip(LinearRegression().fit([[1], [2]], [1, 2]))
    assert record["type"] == "cloudpickle"
    assert record["language_type"] == "sklearn.linear_model.LinearRegression"
    assert record["note"].startswith("stored with cloudpickle")
    assert record["metadata"]["library"].startswith("sklearn ")
    assert record["preview"] == {"kind": "text", "text": "LinearRegression()"}
    assert round(float(back.predict([[3]])[0]), 6) == 3
    assert (folder / "data.pkl").exists()
    _, back = trip(lambda value: value + 1)
    assert back(1) == 2


def test_what_cannot_be_pickled_is_named(trip) -> None:
    with pytest.raises(artifacts.CannotSave, match="it cannot be pickled"):
        trip(x for x in [])


def test_a_preview_that_fails_is_left_out(trip) -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError

    assert trip(Shy())[0]["preview"] == {"kind": "none"}


def test_libraries_that_are_missing_are_done_without(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import json, sys, tempfile
        for name in sys.argv[1:]:
            sys.modules[name] = None
        import pandas
        from sagewright import artifacts
        value = pandas.DataFrame({"a": [1]})
        folder = tempfile.mkdtemp()
        record = artifacts.save(value, folder)
        assert artifacts.load(folder, record["type"], record["metadata"]).equals(value)
        print(record["type"], record["note"])
        """
    )
    for missing, said in (
        (
            ["pyarrow"],
            "cloudpickle pyarrow is not installed, without which pandas cannot write Parquet; stored with cloud",
        ),
        (["pyarrow", "cloudpickle"], "stored with pickle: only the same Python"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", script, *missing], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert said in done.stdout, done.stderr


def test_no_library_is_imported_for_plain_values(tmp_path: Path) -> None:
    script = (
        "import sys, tempfile; from sagewright import artifacts; artifacts.save({'a': [1]}, tempfile.mkdtemp());"
        "print(*(set(sys.modules) & {'numpy', 'pandas', 'polars', 'pyarrow', 'matplotlib', 'PIL', 'cloudpickle'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == ""


class Mesh:
    def __init__(self, points: list[int]) -> None:
        self.points = points


class Net(Mesh):
    pass


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch):
    from sagewright.artifacts import registry

    monkeypatch.setattr(registry, "_registered", [])
    return registry


def test_a_type_of_the_users_own_as_a_class(registry, trip, folder: Path) -> None:
    @artifacts.register
    class MeshType(artifacts.ArtifactType):
        name = "mesh"
        python_type = Mesh

        def save(self, value, folder):
            (folder / "mesh.txt").write_text(" ".join(map(str, value.points)))
            return {"points": len(value.points)}

        def load(self, folder, metadata):
            assert metadata == {"points": 2}
            return Mesh([int(point) for point in (folder / "mesh.txt").read_text().split()])

        def preview(self, value):
            return f"{len(value.points)} points"

    record, back = trip(Mesh([1, 2]))
    assert (record["type"], record["note"]) == ("mesh", None)
    assert record["metadata"] == {"registered_by": __name__, "metadata": {"points": 2}}
    assert record["preview"] == {"kind": "text", "text": "2 points"}
    assert back.points == [1, 2]
    assert trip(Net([1, 2]))[0]["type"] == "mesh"


def test_a_type_of_the_users_own_as_functions(registry, trip) -> None:
    def save(value, folder):
        (folder / "points").write_text(json.dumps(value.points))

    def load(folder):
        return Mesh(json.loads((folder / "points").read_text()))

    artifacts.register(Mesh, save, load, name="points")
    record, back = trip(Mesh([3]))
    assert (record["type"], back.points) == ("points", [3])
    artifacts.register(Mesh, save, load)
    assert trip(Mesh([3]))[0]["type"] == "test_artifacts.Mesh"


def test_a_registered_type_comes_before_the_built_in_ones(registry, trip) -> None:
    artifacts.register(
        dict, lambda value, folder: (folder / "x").write_text("") and None, lambda folder: {"mine": 1}, name="mine"
    )
    assert trip({})[1] == {"mine": 1}


def test_registering_mistakes(registry) -> None:
    with pytest.raises(TypeError, match="needs both"):
        artifacts.register(Mesh)
    with pytest.raises(TypeError, match="needs both"):
        artifacts.register(Mesh, lambda value, folder: None)
    with pytest.raises(TypeError, match="takes a class"):
        artifacts.register("mesh", print, print)
    with pytest.raises(ValueError, match="built in"):
        artifacts.register(Mesh, print, print, name="json")
    with pytest.raises(TypeError, match="sets no"):
        artifacts.register(type("Nothing", (artifacts.ArtifactType,), {}))


def test_a_type_is_found_through_the_module_that_registered_it(registry, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "meshes.py").write_text(
        textwrap.dedent(
            """
            from sagewright import artifacts

            class Mesh: ...

            artifacts.register(Mesh, lambda value, folder: (folder / "x").touch(), lambda folder: Mesh(), name="late")
            """
        )
    )
    sys.path.insert(0, str(tmp_path))
    try:
        back = artifacts.load(str(folder), "late", {"registered_by": "meshes", "metadata": {}})
    finally:
        sys.path.remove(str(tmp_path))
    assert type(back).__name__ == "Mesh"
    with pytest.raises(artifacts.CannotSave, match="is not registered here"):
        artifacts.load(str(folder), "unknown", {})
