"""Publishes the mill's log with plain Avro: python3 publish_csv.py HOST:PORT STREAM FILE.csv

On Debian: apt-get install python3-avro python3-confluent-kafka
"""

import csv
import sys

from confluent_kafka import Producer

from single_object import Writer

READINGS = ["speed", "load", "temperature", "vibration"]


def event(stream, row):
    if row["state"] == "":
        # From here on the same readings mean something else: the mill has a new tool.
        body = {"task": int(row["tool"]), "kind": "OTHER", "note": "new tool"}
    else:
        body = {"features": [float(row[name]) for name in READINGS], "label": int(row["state"])}
    # The sequence must go up by one with every event of a stream: the number of the row in the log does.
    return {"stream": stream, "sequence": int(row["number"]), "actor": 0, "eventTime": 0, "body": body}


def main(address, stream, file):
    codec = Writer("Event")
    # Idempotence keeps the order where a record has to be sent again.
    producer = Producer({"bootstrap.servers": address, "enable.idempotence": True})
    failures = []
    count = 0
    with open(file, newline="") as log:
        for row in csv.DictReader(log):
            # The key is the stream: its events share a partition, and so they have an order.
            producer.produce(
                "perennial.events.v1",
                key=stream,
                value=codec.encode(event(stream, row)),
                on_delivery=lambda error, _: failures.append(error) if error else None,
            )
            producer.poll(0)
            count += 1
    left = producer.flush(60)
    if left or failures:
        sys.exit(f"not everything arrived: unconfirmed={left} failed={len(failures)} first={failures[:1]}")
    print(f"published {count} events of {stream}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
