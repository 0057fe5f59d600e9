"""Scores orders in bulk: data comes from S3 and goes to S3, and no step loads it through an artifact.

The first step stands in for whatever fills the bucket. `S3_BATCH` says where, for example s3://acme-ml/s3_batch;
by default it is the bucket of the endpoint on this machine.
"""

import csv
import os
from typing import Annotated

from sagewright import pipeline, step
from sagewright.aws import SagemakerOrchestratorSettings
from sagewright.paths import input_data, output_data

BASE = os.environ.get("S3_BATCH", "s3://sagewright/examples/s3_batch")
CURRENCIES = {"EUR": 1.0, "USD": 0.5, "JPY": 0.25}

# Channels: each goes to, or comes from, a place of its own.
write_channels = SagemakerOrchestratorSettings(
    output_data_s3_uri={"orders": f"{BASE}/orders", "rates": f"{BASE}/rates"},
)
read_channels = SagemakerOrchestratorSettings(
    input_data_s3_mode="File",
    input_data_s3_uri={"orders": f"{BASE}/orders", "rates": f"{BASE}/rates"},
    output_data_s3_mode="EndOfJob",
    output_data_s3_uri=f"{BASE}/results",
    use_training_step=False,
)
read_results = SagemakerOrchestratorSettings(input_data_s3_uri=f"{BASE}/results")


@step(settings={"orchestrator": write_channels})
def prepare(files: int, orders_per_file: int) -> Annotated[int, "orders"]:
    """Writes orders and exchange rates to S3."""
    names = sorted(CURRENCIES)
    for number in range(files):
        with open(output_data("orders") / f"part-{number:03}.csv", "w", newline="") as stream:
            writer = csv.writer(stream)
            for order in range(orders_per_file):
                writer.writerow([f"{number}-{order}", (order % 10) + 1, names[order % len(names)]])
    with open(output_data("rates") / "rates.csv", "w", newline="") as stream:
        csv.writer(stream).writerows(sorted(CURRENCIES.items()))
    return files * orders_per_file


@step(settings={"orchestrator": read_channels})
def score() -> None:
    """Converts every order to euros, file by file."""
    with open(input_data("rates") / "rates.csv", newline="") as stream:
        rates = {currency: float(rate) for currency, rate in csv.reader(stream)}
    for part in sorted(input_data("orders").glob("*.csv")):
        with open(part, newline="") as orders, open(output_data() / part.name, "w", newline="") as results:
            writer = csv.writer(results)
            for order, amount, currency in csv.reader(orders):
                writer.writerow([order, float(amount) * rates[currency]])
        print(f"{part.name} is done")


@step(settings={"orchestrator": read_results})
def add_up(orders: int) -> Annotated[dict[str, float], "totals"]:
    """Reads the results back and adds them up."""
    count, total = 0, 0.0
    for part in sorted(input_data().glob("*.csv")):
        with open(part, newline="") as stream:
            for _, euros in csv.reader(stream):
                count += 1
                total += float(euros)
    if count != orders:
        raise ValueError(f"{orders} orders went to S3, but {count} results came back")
    print(f"{count} orders, {total:.2f} euros")
    return {"orders": count, "euros": total}


@pipeline
def s3_batch(files: int = 4, orders_per_file: int = 300):
    """Scores orders that lie in S3."""
    orders = prepare(files, orders_per_file)
    scored = score(after=orders)
    add_up(orders, after=scored)


if __name__ == "__main__":
    run = s3_batch()
    print(run.artifact("add_up"))
