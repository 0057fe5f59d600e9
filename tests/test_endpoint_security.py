"""Who is let in: signatures, hosts, and requests that make no sense."""

import http.client
import json
import stat
import urllib.parse
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from kit.endpoint import Endpoint
from kit.service import Service

SECRET = "not-the-secret"


def signed(endpoint: Endpoint, target: str, body: str, service: str = "sagemaker") -> dict[str, str]:
    """The headers of a properly signed JSON request."""
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest("POST", endpoint.connection["endpoint_url"] + "/", headers, body)
    keys = Credentials(endpoint.connection["access_key_id"], endpoint.connection["secret_access_key"])
    SigV4Auth(keys, service, "us-east-1").add_auth(request)
    return dict(request.headers.items())


def send(
    endpoint: Endpoint, headers: dict[str, str], body: str = "", method: str = "POST", path: str = "/"
) -> tuple[int, str]:
    """Sends a request as it is, without a client that would put it right."""
    address = urllib.parse.urlsplit(endpoint.connection["endpoint_url"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in {"Content-Length": str(len(body.encode())), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body.encode())
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def error_type(text: str) -> str:
    """The error's name in a JSON answer."""
    name: str = json.loads(text)["__type"]
    return name.rsplit("#", 1)[-1]


@pytest.mark.parametrize("service", ["sagemaker", "logs", "s3", "sts"])
@pytest.mark.parametrize("wrong", ["key", "secret"])
def test_a_bad_signature_is_refused(endpoint: Endpoint, service: str, wrong: str) -> None:
    keys: dict[str, Any] = {"access_key_id": "AKIANOBODY"} if wrong == "key" else {"secret_access_key": SECRET}
    client = endpoint.client(service, **keys)
    call = {
        "sagemaker": "list_pipelines",
        "logs": "describe_log_groups",
        "s3": "list_buckets",
        "sts": "get_caller_identity",
    }[service]
    with pytest.raises(ClientError) as refused:
        getattr(client, call)()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in {400, 403}
    expected = {
        "key": {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"},
        "secret": {"InvalidSignatureException", "SignatureDoesNotMatch"},
    }[wrong]
    assert refused.value.response["Error"]["Code"] in expected
    assert SECRET not in str(refused.value)


def test_a_good_signature_is_accepted(endpoint: Endpoint) -> None:
    headers = signed(endpoint, "SageMaker.ListPipelines", "{}")
    assert send(endpoint, headers, "{}")[0] == 200


def test_a_request_without_a_signature_is_refused(endpoint: Endpoint) -> None:
    headers = {"X-Amz-Target": "SageMaker.ListPipelines", "Content-Type": "application/x-amz-json-1.1"}
    status, text = send(endpoint, headers, "{}")
    assert status in {400, 403}
    assert error_type(text) in {"MissingAuthenticationTokenException", "MissingAuthenticationToken"}
    for path in ("/", "/sagewright", "/sagewright/runs"):
        assert send(endpoint, {}, method="GET", path=path)[0] == 403


def test_a_changed_body_is_refused(endpoint: Endpoint) -> None:
    headers = signed(endpoint, "SageMaker.ListPipelines", "{}")
    status, text = send(endpoint, headers, '{"MaxResults": 1}')
    assert status in {400, 403}
    assert error_type(text) in {"InvalidSignatureException", "SignatureDoesNotMatch"}


def test_a_changed_target_is_refused(endpoint: Endpoint) -> None:
    headers = signed(endpoint, "SageMaker.ListPipelines", "{}")
    headers["X-Amz-Target"] = "SageMaker.DeletePipeline"
    assert send(endpoint, headers, "{}")[0] in {400, 403}


def test_an_old_signature_is_refused(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    import botocore.auth
    import botocore.compat

    real = botocore.compat.get_current_datetime

    def an_hour_ago(*arguments: Any, **options: Any) -> Any:
        import datetime

        return real(*arguments, **options) - datetime.timedelta(hours=1)

    monkeypatch.setattr(botocore.auth, "get_current_datetime", an_hour_ago)
    headers = signed(endpoint, "SageMaker.ListPipelines", "{}")
    status, text = send(endpoint, headers, "{}")
    assert status in {400, 403}
    assert "xpired" in text or "ignature" in text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
def test_a_foreign_host_is_refused(endpoint: Endpoint, host: str) -> None:
    body = "{}"
    headers = {
        "X-Amz-Target": "SageMaker.ListPipelines",
        "Content-Type": "application/x-amz-json-1.1",
        "Host": host,
    }
    # Signed for that very host, as a page in a browser that knew the keys could not even do.
    request = AWSRequest("POST", f"http://{host or 'x'}/", headers, body)
    keys = Credentials(endpoint.connection["access_key_id"], endpoint.connection["secret_access_key"])
    SigV4Auth(keys, "sagemaker", "us-east-1").add_auth(request)
    assert send(endpoint, dict(request.headers.items()), body)[0] in {400, 403, 421}


def test_a_browser_page_gets_nothing(endpoint: Endpoint) -> None:
    headers = signed(endpoint, "SageMaker.ListPipelines", "{}") | {"Origin": "http://evil.example"}
    status, _ = send(endpoint, headers, "{}")
    assert status in {400, 403}
    assert send(endpoint, {"Origin": "http://evil.example"}, method="OPTIONS")[0] in {400, 403, 405}


@pytest.mark.parametrize(
    ("target", "body", "expected"),
    [
        ("SageMaker.DoSomething", "{}", {"UnknownOperationException", "UnknownOperation"}),
        ("SageMaker.CreateModel", "{}", {"UnknownOperationException", "UnknownOperation"}),
        ("SageMaker.ListPipelines", "{", {"SerializationException"}),
        ("SageMaker.ListPipelines", "[]", {"SerializationException", "ValidationException"}),
        ("SageMaker.ListPipelines", '{"Unknown": 1}', {"ValidationException", "SerializationException"}),
        ("SageMaker.ListPipelines", '{"MaxResults": 101}', {"ValidationException"}),
        ("SageMaker.ListPipelines", '{"MaxResults": "many"}', {"SerializationException", "ValidationException"}),
        ("SageMaker.ListPipelines", '{"SortBy": "Colour"}', {"ValidationException"}),
        ("SageMaker.DescribePipeline", "{}", {"ValidationException"}),
    ],
)
def test_a_senseless_request_is_refused(endpoint: Endpoint, target: str, body: str, expected: set[str]) -> None:
    status, text = send(endpoint, signed(endpoint, target, body), body)
    assert status == 400
    assert error_type(text) in expected
    assert json.loads(text).get("message", json.loads(text).get("Message"))


def test_the_caller_is_told_who_it_is(aws: Service) -> None:
    identity = aws.sts.get_caller_identity()
    assert identity["Account"] == "000000000000"
    assert identity["Arn"].startswith("arn:aws:")
    assert identity["UserId"]


def test_the_keys_are_private_to_their_owner(endpoint: Endpoint) -> None:
    path = endpoint.state_dir / "endpoint.json"
    assert json.loads(path.read_text()) == endpoint.connection
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # Nobody else of this machine comes to the files of jobs, which hold keys as well.
    assert stat.S_IMODE(endpoint.state_dir.stat().st_mode) & 0o077 == 0
    assert endpoint.connection["secret_access_key"] not in endpoint.log()
