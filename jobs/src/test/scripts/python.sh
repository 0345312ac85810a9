#!/usr/bin/env bash
# Makes sure that a Python is there for the tests of the documents' examples, with numpy, Avro and a Kafka client: from Debian's packages.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

have() {
  for python in "${PYTHON:-python3}" /usr/bin/python3; do
    "$python" -c 'import numpy, avro, confluent_kafka' >/dev/null 2>&1 && return 0
  done
  return 1
}

have || install "Python with numpy, avro and confluent-kafka" "the tests of examples in Python" "set PYTHON to a python3 that has them" \
  python3 python3-numpy python3-avro python3-confluent-kafka
