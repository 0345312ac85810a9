#!/usr/bin/env bash
# Makes sure that a Python is there for the test of the guide's examples: one that has Avro and a Kafka client.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

have() {
  for python in python3 /usr/bin/python3; do
    "$python" -c 'import avro, confluent_kafka' >/dev/null 2>&1 && return 0
  done
  return 1
}

have || install "Python with Avro and a Kafka client" "or install the packages avro and confluent-kafka for the python3 on the path" \
  python3 python3-avro python3-confluent-kafka
