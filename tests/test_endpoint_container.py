"""What a container is promised: files, channels and variables in, archives and objects out."""

import io
import json
import tarfile
import uuid

from kit import definitions
from kit.definitions import channel, processing, processing_input, processing_output, training
from kit.gate import Gate
from kit.service import Service
from kit.waiting import until


def fresh(aws: Service, *objects: tuple[str, bytes]) -> str:
    """A fresh prefix in S3 with objects below it."""
    prefix = f"s3://container/{uuid.uuid4().hex[:8]}"
    for key, body in objects or [(".keep", b"")]:
        aws.put(f"{prefix}/{key}", body)
    return prefix


def members(archive: bytes) -> dict[str, bytes]:
    """The files of a model archive."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        found = {}
        for member in tar:
            file = tar.extractfile(member)
            if file is not None:
                found[member.name.removeprefix("./")] = file.read()
        return found


def test_a_training_job_finds_its_configuration(aws: Service) -> None:
    prefix = fresh(aws, ("a.csv", b"1,2\n"))
    script = "for f in hyperparameters resourceconfig inputdataconfig; do cat $ML/input/config/$f.json; echo; done"
    step = training("fit", script, HyperParameters={"depth": "3", "name": "x y"}, channels={"train": prefix})
    step["Arguments"]["InputDataConfig"][0]["ContentType"] = "text/csv"
    arn = aws.run([step])
    hyperparameters, resources, inputs = map(json.loads, aws.output(arn, "fit").splitlines())
    assert hyperparameters == {"depth": "3", "name": "x y"}
    assert resources["current_host"] == "algo-1"
    assert resources["hosts"] == ["algo-1"]
    assert resources["network_interface_name"]
    assert inputs["train"]["TrainingInputMode"] == "File"
    assert inputs["train"]["S3DistributionType"] == "FullyReplicated"
    assert inputs["train"]["ContentType"] == "text/csv"


def test_a_processing_job_finds_its_configuration(aws: Service) -> None:
    prefix = fresh(aws, ("a.csv", b"1,2\n"))
    step = processing(
        "make",
        "cat $ML/config/processingjobconfig.json; echo; cat $ML/config/resourceconfig.json",
        inputs=[processing_input("i", prefix, "input/i")],
        outputs=[processing_output("o", f"{prefix}-out", "o")],
        environment={"KEY": "value"},
    )
    arn = aws.run([step])
    configuration, resources = map(json.loads, aws.output(arn, "make").splitlines())
    job = aws.job(arn, "make")
    assert configuration["ProcessingJobArn"] == job["ProcessingJobArn"]
    assert configuration["ProcessingJobName"] == job["ProcessingJobName"]
    assert configuration["Environment"] == {"KEY": "value"}
    assert configuration["ProcessingInputs"][0]["S3Input"]["S3Uri"] == prefix
    assert configuration["ProcessingOutputConfig"]["Outputs"][0]["OutputName"] == "o"
    assert configuration["AppSpecification"]["ImageUri"] == definitions.IMAGE
    assert (resources["current_host"], resources["hosts"]) == ("algo-1", ["algo-1"])


def test_a_job_sees_its_variables_and_not_the_endpoints(aws: Service) -> None:
    arn = aws.run([training("fit", "env", environment={"MINE": "a=b c"}), processing("make", "env")])
    training_seen = variables(aws.output(arn, "fit"))
    assert training_seen["MINE"] == "a=b c"
    assert training_seen["TRAINING_JOB_NAME"] == aws.job_name(arn, "fit")
    assert training_seen["TRAINING_JOB_ARN"] == aws.job(arn, "fit")["TrainingJobArn"]
    processing_seen = variables(aws.output(arn, "make"))
    for seen in (training_seen, processing_seen):
        assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == "us-east-1"
        assert seen["AWS_ENDPOINT_URL"] == aws.endpoint.connection["endpoint_url"]
        assert seen["AWS_ACCESS_KEY_ID"]
        assert seen["AWS_SECRET_ACCESS_KEY"]
        assert "SAGEWRIGHT_HOME" not in seen
        assert "PYTHONDONTWRITEBYTECODE" not in seen
    assert "TRAINING_JOB_NAME" not in processing_seen


def variables(text: str) -> dict[str, str]:
    """The output of `env`."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def test_channels_are_copied_in(aws: Service) -> None:
    prefix = fresh(aws, ("part/a.csv", b"a"), ("part/deep/b.csv", b"bb"), ("partial.csv", b"ccc"), ("one", b"1"))
    script = "cd $ML/input/data; find . -type f | LC_ALL=C sort | while read f; do echo $f $(wc -c <$f); done"
    step = training("fit", script, channels={"folder": f"{prefix}/part/", "prefix": f"{prefix}/part"})
    step["Arguments"]["InputDataConfig"].append(channel("single", f"{prefix}/one"))
    arn = aws.run([step])
    assert aws.output(arn, "fit").splitlines() == [
        "./folder/a.csv 1",
        "./folder/deep/b.csv 2",
        # Every key that begins with the prefix: below it as a folder, else below its last slash.
        "./prefix/a.csv 1",
        "./prefix/deep/b.csv 2",
        "./prefix/partial.csv 3",
        "./single/one 1",
    ]


def test_a_manifest_names_the_objects(aws: Service) -> None:
    prefix = fresh(aws, ("a/1", b"1"), ("a/2", b"2"), ("b/3", b"3"))
    manifest = json.dumps([{"prefix": f"{prefix}/"}, "a/1", "b/3"]).encode()
    aws.put(f"{prefix}/m.manifest", manifest)
    step = training("fit", "cd $ML/input/data/c; find . -type f | LC_ALL=C sort", channels={"c": "x"})
    source = step["Arguments"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    source |= {"S3DataType": "ManifestFile", "S3Uri": f"{prefix}/m.manifest"}
    arn = aws.run([step])
    assert aws.output(arn, "fit").splitlines() == ["./a/1", "./b/3"]


def test_a_channel_without_objects_fails_the_job(aws: Service) -> None:
    prefix = fresh(aws)
    arn = aws.run([training("fit", channels={"train": f"{prefix}/nothing"})])
    assert aws.status(arn) == "Failed"
    job = aws.job(arn, "fit")
    assert job["TrainingJobStatus"] == "Failed"
    assert "ClientError" in job["FailureReason"]
    assert "nothing" in job["FailureReason"]


def test_model_and_output_become_archives(aws: Service) -> None:
    prefix = fresh(aws)
    script = "mkdir $ML/model/deep; echo m >$ML/model/deep/m.txt; echo o >$ML/output/data/o.txt"
    arn = aws.run([training("fit", script, output=prefix)])
    job = aws.job(arn, "fit")
    folder = f"{prefix}/{job['TrainingJobName']}/output"
    assert aws.keys(folder) == ["model.tar.gz", "output.tar.gz"]
    assert members(aws.read(f"{folder}/model.tar.gz")) == {"deep/m.txt": b"m\n"}
    assert members(aws.read(f"{folder}/output.tar.gz")) == {"o.txt": b"o\n"}


def test_model_and_output_may_stay_files(aws: Service) -> None:
    prefix = fresh(aws)
    script = "mkdir $ML/model/deep; echo m >$ML/model/deep/m.txt; echo o >$ML/output/data/o.txt"
    arn = aws.run([training("fit", script, OutputDataConfig={"S3OutputPath": prefix, "CompressionType": "NONE"})])
    job = aws.job(arn, "fit")
    folder = f"{prefix}/{job['TrainingJobName']}/output"
    assert aws.keys(folder) == ["data/o.txt", "model/deep/m.txt"]
    assert aws.read(f"{folder}/model/deep/m.txt") == b"m\n"
    assert job["ModelArtifacts"]["S3ModelArtifacts"].startswith(f"{folder}/model")


def test_processing_inputs_come_in_and_outputs_go_out(aws: Service) -> None:
    prefix = fresh(aws, ("in/a.txt", b"hello"), ("in/deep/b.txt", b"you"))
    step = processing(
        "make",
        "cd $ML/processing; test -d out; tr a-z A-Z <in/a.txt >out/a.txt; mkdir out/deep; cp in/deep/b.txt out/deep",
        inputs=[processing_input("i", f"{prefix}/in/", "in")],
        outputs=[processing_output("o", f"{prefix}/out", "out")],
    )
    arn = aws.run([step])
    assert aws.status(arn) == "Succeeded", aws.output(arn, "make")
    assert aws.keys(f"{prefix}/out") == ["a.txt", "deep/b.txt"]
    assert aws.read(f"{prefix}/out/a.txt") == b"HELLO"


def test_a_continuous_output_goes_out_while_the_job_runs(aws: Service, gate: Gate) -> None:
    prefix = fresh(aws)
    step = processing(
        "make",
        "echo early >$ML/processing/out/a; " + gate.wait("g") + "echo late >$ML/processing/out/b",
        outputs=[processing_output("o", f"{prefix}/out", "out", "Continuous")],
        environment=gate.environment,
    )
    arn = aws.start(aws.create([step]))
    gate.wait_for("g")
    until(lambda: aws.keys(f"{prefix}/out") == ["a"], "the early file is in S3")
    assert aws.status(arn) == "Executing"
    gate.open("g")
    assert aws.wait(arn) == "Succeeded"
    assert aws.keys(f"{prefix}/out") == ["a", "b"]


def test_outputs_of_jobs_that_run_at_once_do_not_meet(aws: Service) -> None:
    prefix = fresh(aws)
    steps = [
        processing(
            f"s{number}",
            f"echo {number} >$ML/processing/out/n; ls $ML/processing/out",
            outputs=[processing_output("o", f"{prefix}/{number}", "out")],
        )
        for number in range(4)
    ]
    arn = aws.run(steps)
    assert aws.status(arn) == "Succeeded"
    for number in range(4):
        assert aws.read(f"{prefix}/{number}/n") == f"{number}\n".encode()
        assert aws.output(arn, f"s{number}") == "n"


def test_checkpoints_come_back_and_go_out(aws: Service) -> None:
    prefix = fresh(aws, ("checkpoints/epoch-1", b"one"))
    step = training(
        "fit",
        "cat $ML/checkpoints/epoch-1; echo two >$ML/checkpoints/epoch-2",
        CheckpointConfig={"S3Uri": f"{prefix}/checkpoints"},
    )
    arn = aws.run([step])
    assert aws.status(arn) == "Succeeded"
    assert aws.output(arn, "fit") == "one"
    assert aws.keys(f"{prefix}/checkpoints") == ["epoch-1", "epoch-2"]


def test_a_job_can_use_the_endpoint_itself(aws: Service) -> None:
    prefix = fresh(aws)
    bucket, key = prefix.removeprefix("s3://").split("/", 1)
    code = f"import boto3; boto3.client('s3').put_object(Bucket={bucket!r}, Key={key + '/by-job'!r}, Body=b'hi')"
    arn = aws.run([processing("make", entry_point=["python3", "-c", code])])
    assert aws.status(arn) == "Succeeded", aws.output(arn, "make")
    assert aws.read(f"{prefix}/by-job") == b"hi"
