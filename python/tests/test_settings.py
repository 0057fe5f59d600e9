"""Settings as users write them, and how wrong ones are answered."""

from __future__ import annotations

import pytest

from sagewright import PipelineError, pipeline, step
from sagewright.aws import SagemakerOrchestratorSettings
from sagewright.settings import merge, read


def test_only_what_is_given_is_kept_in_the_order_of_the_class() -> None:
    settings = SagemakerOrchestratorSettings(tags={"a": "b"}, instance_type="ml.m5.large", volume_size_in_gb=None)
    assert list(settings.to_dict()) == ["instance_type", "tags"]
    assert settings.instance_type == "ml.m5.large"
    assert settings.volume_size_in_gb is None
    assert repr(settings) == "SagemakerOrchestratorSettings(instance_type='ml.m5.large', tags={'a': 'b'})"
    assert settings == SagemakerOrchestratorSettings(instance_type="ml.m5.large", tags={"a": "b"})
    assert settings != SagemakerOrchestratorSettings()


def test_warm_pools_off_differs_from_not_said() -> None:
    assert SagemakerOrchestratorSettings(keep_alive_period_in_seconds=None).to_dict() == {
        "keep_alive_period_in_seconds": None
    }
    assert SagemakerOrchestratorSettings().to_dict() == {}


def test_every_field_of_the_reference_page_exists() -> None:
    settings = SagemakerOrchestratorSettings(
        instance_type="ml.m5.large",
        volume_size_in_gb=30,
        max_runtime_in_seconds=60,
        keep_alive_period_in_seconds=300,
        use_training_step=False,
        environment={"MY_ENV_VAR": "my_value"},
        tags={"step": "data-preprocessing"},
        pipeline_tags={"project": "my-ml-project"},
        execution_role="arn:aws:iam::123456789012:role/ml",
        synchronous=True,
        input_data_s3_mode="Pipe",
        input_data_s3_uri={"train": "s3://some-bucket-name/training_data"},
        output_data_s3_mode="Continuous",
        output_data_s3_uri="s3://some-results-bucket-name/results",
        max_parallel_steps=4,
        processor_args={"volume_kms_key": "alias/ml"},
    )
    assert len(settings.to_dict()) == 16


def test_what_is_given_is_copied_as_json_would_hold_it() -> None:
    arguments = {"tags": [{"Key": "k", "Value": "v"}], "network_config": {"subnets": ("subnet-1",)}}
    settings = SagemakerOrchestratorSettings(processor_args=arguments, subnets=("subnet-1",), retry_policies=False)
    arguments["tags"].clear()
    assert settings.to_dict() == {
        "subnets": ["subnet-1"],
        "retry_policies": False,
        "processor_args": {
            "tags": [{"Key": "k", "Value": "v"}],
            "network_config": {"subnets": ["subnet-1"]},
        },
    }


def test_an_unknown_field_is_a_type_error_that_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="has no field `instance_typ`") as caught:
        SagemakerOrchestratorSettings(instance_typ="ml.m5.large")
    assert "did you mean `instance_type`?" in str(caught.value)
    assert "volume_size_in_gb" in str(caught.value)
    assert isinstance(caught.value, PipelineError)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"volume_size_in_gb": "30"}, "it takes a whole number"),
        ({"volume_size_in_gb": True}, "it takes a whole number"),
        ({"use_training_step": "no"}, "it takes True or False"),
        ({"environment": {"A": 1}}, "it takes a dict of text to text"),
        ({"input_data_s3_mode": "Fast"}, "it takes File or Pipe"),
        ({"output_data_s3_mode": "File"}, "it takes EndOfJob or Continuous"),
        ({"input_data_s3_uri": ["s3://a"]}, "it takes an S3 URI, or a dict"),
        ({"instance_type": 5}, "it takes text"),
        ({"subnets": "subnet-1"}, "it takes a list of text"),
        ({"retry_policies": "no"}, "it takes True, False or a list of dicts"),
        ({"retry_policies": [1]}, "it takes True, False or a list of dicts"),
        ({"estimator_args": {"sagemaker_session": object()}}, "it takes a dict of text to what JSON can hold"),
        ({"job_overrides": {"A": float("nan")}}, "it takes a dict of text to what JSON can hold"),
    ],
)
def test_values_of_the_wrong_type(fields: dict, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        SagemakerOrchestratorSettings(**fields)
    assert said in str(caught.value)


def test_settings_cannot_be_changed() -> None:
    settings = SagemakerOrchestratorSettings(instance_type="a")
    with pytest.raises(AttributeError):
        settings.instance_type = "b"
    with pytest.raises(AttributeError):
        settings.instance_typ
    with pytest.raises(TypeError):
        hash(settings)


@pytest.mark.parametrize("key", ["orchestrator", "orchestrator.sagemaker"])
@pytest.mark.parametrize("value", [SagemakerOrchestratorSettings(instance_type="x"), {"instance_type": "x"}])
def test_both_keys_and_both_forms(key: str, value: object) -> None:
    assert read({key: value}, "step `s`") == {"instance_type": "x"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"docker": {}}, "unknown key `docker`"),
        ({"orchestrator": 3}, "are of type int"),
        ({"orchestrator": {}, "orchestrator.sagemaker": {}}, "has both"),
        (SagemakerOrchestratorSettings(instance_type="x"), "is of type SagemakerOrchestratorSettings"),
    ],
)
def test_wrong_arguments_are_answered_where_they_are_written(settings: object, said: str) -> None:
    for decorator in (step, pipeline):
        with pytest.raises(TypeError) as caught:

            @decorator(settings=settings)
            def named() -> None: ...

        assert said in str(caught.value)
        assert "named" in str(caught.value)
        assert caught.value.file == __file__


def test_tags_are_text() -> None:
    with pytest.raises(TypeError, match="`tags` of pipeline `named`"):

        @pipeline(tags={"a": 1})
        def named() -> None: ...


def test_later_settings_win_and_maps_merge() -> None:
    earlier = {"instance_type": "a", "environment": {"A": "1", "B": "1"}, "input_data_s3_uri": {"x": "s3://x"}}
    later = {"instance_type": "b", "environment": {"B": "2"}, "input_data_s3_uri": "s3://all"}
    assert merge(earlier, later) == {
        "instance_type": "b",
        "environment": {"A": "1", "B": "2"},
        "input_data_s3_uri": "s3://all",
    }


def test_overrides_join_as_patches() -> None:
    earlier = {"job_overrides": {"A": {"x": 1, "y": 2}, "B": 1}, "estimator_args": {"max_run": 1, "role": "r"}}
    later = {"job_overrides": {"A": {"y": None}, "B": {"z": 3}}, "estimator_args": {"max_run": 2}}
    assert merge(earlier, later) == {
        "job_overrides": {"A": {"x": 1, "y": None}, "B": {"z": 3}},
        "estimator_args": {"max_run": 2, "role": "r"},
    }
