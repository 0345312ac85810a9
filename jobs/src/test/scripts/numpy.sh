#!/usr/bin/env bash
# Makes sure that Python and numpy are there for the test of docs/examples/act.py, from Debian's packages.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

if "${PYTHON:-python3}" -c "import numpy" >/dev/null 2>&1; then
  exit 0
fi
install "Python and numpy" "the tests of a policy in Python" "set PYTHON to a python3 that has them" python3 python3-numpy
