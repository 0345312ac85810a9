#!/usr/bin/env bash
# usage: packages.sh FOLDER
# Makes sure that the programs are there which some integration tests need beside Java; what is not installed is unpacked into FOLDER.
set -euo pipefail
folder=$1
scripts=$(dirname "$0")
for needed in browser python compose; do
  bash "$scripts/$needed.sh"
done
bash "$scripts/prometheus.sh" "$folder/prometheus"
