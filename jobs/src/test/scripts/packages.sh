#!/usr/bin/env bash
# Makes sure that the programs are there which some integration tests need beside Java.
set -euo pipefail
cd "$(dirname "$0")"
for needed in browser python compose; do
  bash "$needed.sh"
done
