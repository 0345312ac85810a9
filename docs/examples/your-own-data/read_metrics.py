"""Prints what learners report, from the beginning, and ends when nothing has come for five seconds: python3 read_metrics.py HOST:PORT

On Debian: apt-get install python3-avro python3-confluent-kafka
"""

import sys

from confluent_kafka import Consumer, TopicPartition

from single_object import Reader

TOPIC = "perennial.metrics.v1"


def number(value):
    """A value that was not measured is null."""
    return "-" if value is None else f"{value:.3f}"


def main(address):
    codec = Reader("PlasticityReport", "TaskSummary")
    consumer = Consumer(
        {
            "bootstrap.servers": address,
            "group.id": "read-metrics",
            "enable.auto.commit": False,
            # Reports of a checkpoint that failed are not shown: the job makes them again.
            "isolation.level": "read_committed",
        }
    )
    partitions = consumer.list_topics(TOPIC, timeout=30).topics[TOPIC].partitions
    consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in partitions])
    while True:
        message = consumer.poll(5)
        if message is None:
            break
        if message.error():
            sys.exit(f"{TOPIC} cannot be read: {message.error()}")
        record, fields = codec.decode(message.value()) or (None, None)
        if record == "PlasticityReport":
            loss, dead = number(fields["loss"]), number(fields["deadUnits"])
            print(f"{fields['learner']} update {fields['update']} loss {loss} dead units {dead}")
        elif record == "TaskSummary":
            print(f"{fields['learner']} task {fields['task']} accuracy {number(fields['averageOnlineAccuracy'])}")
    consumer.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
