"""An independent implementation of the AWS APIs, served on loopback, and a proxy before it that loses answers."""

import contextlib
import http.client
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from kit.waiting import until

ACCOUNT = "123456789012"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/jobs"
BUCKET = "acme-ml"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/steps:1"
TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
    '"Principal":{"Service":"%s.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)


class Moto:
    """moto as a server process, with the bucket, the role and the repository that a stack needs."""

    def __init__(self, log: Path) -> None:
        """Starts it and fills it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        server = Path(sys.executable).with_name("moto_server")
        with log.open("wb") as output:
            self.process = subprocess.Popen([server, "-p", str(port)], stdout=output, stderr=subprocess.STDOUT)
        until(self._answers, "moto answers")
        location = {"LocationConstraint": REGION}
        self.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
        self.client("iam").create_role(RoleName="jobs", AssumeRolePolicyDocument=TRUST % "sagemaker")
        self.client("ecr").create_repository(repositoryName="steps")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/moto-api/", timeout=1):
                return True
        except OSError:
            return False

    def client(self, service: str) -> Any:
        """A client of one service."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
            config=Config(retries={"max_attempts": 0}),
        )

    def stop(self) -> None:
        """Ends the server."""
        self.process.terminate()
        self.process.wait(10)


class Proxy:
    """Passes everything on, unless `fault` says what is to be lost: the `request`, or the `answer` to it.

    `fault` is given the operation (or the HTTP method), the path and the body.
    """

    def __init__(self, upstream: str, fault: Callable[[str, str, bytes], str | None]) -> None:
        """Starts to listen."""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.upstream = upstream.removeprefix("http://")  # type: ignore[attr-defined]
        self.server.fault = fault  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Ends it."""
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def pass_on(self) -> None:
        """One request and its answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        operation = (self.headers.get("X-Amz-Target") or self.command).rpartition(".")[2]
        lost = self.server.fault(operation, self.path, body)
        if lost == "request":
            self.close_connection = True
            return
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=30)
        upstream.request(self.command, self.path, body, dict(self.headers.items()))
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        if lost == "answer":
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "connection", "date", "server"}:
                self.send_header(name, value)
        if answer.getheader("Content-Length") is None:
            self.send_header("Content-Length", str(len(content)))
        # A client that no longer waits for the answer is no failure of the proxy.
        with contextlib.suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(content)

    do_GET = pass_on  # noqa: N815 - the names that the base class looks for
    do_PUT = pass_on  # noqa: N815
    do_POST = pass_on  # noqa: N815
    do_DELETE = pass_on  # noqa: N815
    do_HEAD = pass_on  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Keeps still."""
