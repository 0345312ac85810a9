#!/usr/bin/env bash
# Makes sure that a browser is there for the tests of the dashboard's page: Chromium and its driver, from Debian's packages.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

have() {
  { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 &&
    command -v chromedriver >/dev/null 2>&1
}

if have || { [ -n "${CHROMIUM:-}" ] && [ -n "${CHROMEDRIVER:-}" ]; }; then
  exit 0
fi
install "Chromium and its driver" "the tests of the dashboard" "set CHROMIUM and CHROMEDRIVER to where they are" chromium chromium-driver
