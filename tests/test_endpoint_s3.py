"""The embedded S3, as boto3 uses it."""

import io
import os
import uuid
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from kit.service import Service


@pytest.fixture
def bucket(aws: Service) -> str:
    """A fresh bucket."""
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    aws.s3.create_bucket(Bucket=name)
    return name


def test_objects_go_in_and_come_out(aws: Service, bucket: str) -> None:
    body = os.urandom(100_000)
    key = "folder/ü name+with %20 and&more.bin"
    put = aws.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="text/x-test", Metadata={"k": "v"})
    got = aws.s3.get_object(Bucket=bucket, Key=key)
    assert got["Body"].read() == body
    assert got["ETag"] == put["ETag"]
    head = aws.s3.head_object(Bucket=bucket, Key=key)
    assert head["ContentLength"] == len(body)
    assert head["ContentType"] == "text/x-test"
    assert head["Metadata"] == {"k": "v"}
    part = aws.s3.get_object(Bucket=bucket, Key=key, Range="bytes=10-19")
    assert part["Body"].read() == body[10:20]
    aws.s3.delete_object(Bucket=bucket, Key=key)
    with pytest.raises(ClientError, match="NoSuchKey"):
        aws.s3.get_object(Bucket=bucket, Key=key)


def test_large_objects_go_in_parts(aws: Service, bucket: str) -> None:
    body = os.urandom(13 * 1024 * 1024)
    config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
    aws.s3.upload_fileobj(io.BytesIO(body), bucket, "large", Config=config)
    received = io.BytesIO()
    aws.s3.download_fileobj(bucket, "large", received, Config=config)
    assert received.getvalue() == body
    assert aws.s3.head_object(Bucket=bucket, Key="large")["ETag"].strip('"').endswith("-3")


def test_an_abandoned_upload_leaves_nothing(aws: Service, bucket: str) -> None:
    upload = aws.s3.create_multipart_upload(Bucket=bucket, Key="half")["UploadId"]
    aws.s3.upload_part(Bucket=bucket, Key="half", UploadId=upload, PartNumber=1, Body=b"x" * 5_242_880)
    assert "Contents" not in aws.s3.list_objects_v2(Bucket=bucket)
    aws.s3.abort_multipart_upload(Bucket=bucket, Key="half", UploadId=upload)
    assert "Contents" not in aws.s3.list_objects_v2(Bucket=bucket)


def test_objects_are_listed_in_pages_and_folders(aws: Service, bucket: str) -> None:
    keys = ["a", "b/1", "b/2", "b/c/3", "d/4"]
    for key in keys:
        aws.s3.put_object(Bucket=bucket, Key=key, Body=key.encode())

    def listed(**options: Any) -> tuple[list[str], list[str]]:
        pages = list(aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **options))
        found = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        folders = [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])]
        return found, folders

    assert listed() == (keys, [])
    assert listed(PaginationConfig={"PageSize": 2}) == (keys, [])
    assert listed(Delimiter="/") == (["a"], ["b/", "d/"])
    assert listed(Prefix="b/", Delimiter="/") == (["b/1", "b/2"], ["b/c/"])
    assert listed(Prefix="none") == ([], [])
    deleted = aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert sorted(entry["Key"] for entry in deleted["Deleted"]) == keys
    assert listed() == ([], [])


def test_a_write_can_insist_on_being_the_first(aws: Service, bucket: str) -> None:
    aws.s3.put_object(Bucket=bucket, Key="claim", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        aws.s3.put_object(Bucket=bucket, Key="claim", Body=b"second", IfNoneMatch="*")
    assert aws.s3.get_object(Bucket=bucket, Key="claim")["Body"].read() == b"first"


def test_objects_can_be_copied(aws: Service, bucket: str) -> None:
    aws.s3.put_object(Bucket=bucket, Key="from", Body=b"body")
    aws.s3.copy_object(Bucket=bucket, Key="to/here", CopySource={"Bucket": bucket, "Key": "from"})
    assert aws.s3.get_object(Bucket=bucket, Key="to/here")["Body"].read() == b"body"


def test_buckets_come_and_go(aws: Service, bucket: str) -> None:
    assert {"sagewright", bucket} <= {entry["Name"] for entry in aws.s3.list_buckets()["Buckets"]}
    aws.s3.head_bucket(Bucket=bucket)
    aws.s3.put_object(Bucket=bucket, Key="k", Body=b"")
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        aws.s3.delete_bucket(Bucket=bucket)
    aws.s3.delete_object(Bucket=bucket, Key="k")
    aws.s3.delete_bucket(Bucket=bucket)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        aws.s3.list_objects_v2(Bucket=bucket)
    with pytest.raises(ClientError, match="404"):
        aws.s3.head_bucket(Bucket=bucket)


def test_a_presigned_link_works_for_what_it_was_signed_for(aws: Service, bucket: str) -> None:
    import urllib.error
    import urllib.request

    aws.s3.put_object(Bucket=bucket, Key="k", Body=b"linked")
    link = aws.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=60)
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == b"linked"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(link.replace("/k?", "/other?"))


@pytest.mark.parametrize("key", ["../../escape", "a/../../../escape", "/etc/passwd", "a//b", "./x"])
def test_keys_stay_in_their_bucket(aws: Service, bucket: str, key: str) -> None:
    try:
        aws.s3.put_object(Bucket=bucket, Key=key, Body=b"mine")
    except ClientError as refused:
        status = refused.response["ResponseMetadata"]["HTTPStatusCode"]
    else:
        status = 200
        assert aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"mine"
    assert status < 500
    state_dir = aws.endpoint.state_dir
    assert not (state_dir.parent / "escape").exists()
    assert not (state_dir / "escape").exists()
    assert not (state_dir / "s3/escape").exists()
