"""A stack on SageMaker's API, served by an endpoint in another process."""

from kit.command import Command
from kit.endpoint import Endpoint

ROLE = "arn:aws:iam::000000000000:role/jobs"
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/steps:1"

#: A bucket that every endpoint has from the start, and a folder of the stack's own in it.
STORE = "s3://sagewright/team"


def register(command: Command, endpoint: Endpoint, *orchestrator: str) -> None:
    """Registers the stack `cloud` over a service connector with the endpoint's keys, and makes it the active one."""
    connection = endpoint.connection
    command(
        *("service-connector", "register", "keys", "--type", "aws", "--auth-method", "secret-key"),
        f"--aws_access_key_id={connection['access_key_id']}",
        f"--aws_secret_access_key={connection['secret_access_key']}",
        f"--region={connection['region']}",
        f"--endpoint_url={connection['endpoint_url']}",
    ).expect(0)
    command(
        *("orchestrator", "register", "sage", "--flavor=sagemaker", f"--execution_role={ROLE}"),
        *(f"--image_uri={IMAGE}", *orchestrator),
    ).expect(0)
    command("orchestrator", "connect", "sage", "--connector", "keys").expect(0)
    command("artifact-store", "register", "bucket", "-f", "s3", f"--path={STORE}").expect(0)
    command("stack", "register", "cloud", "-o", "sage", "-a", "bucket", "--set").expect(0)
