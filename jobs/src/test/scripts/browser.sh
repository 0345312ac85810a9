#!/usr/bin/env bash
# Makes sure that a browser is there for the tests of the dashboard's page: Chromium and its driver.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

have() {
  { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 &&
    command -v chromedriver >/dev/null 2>&1
}

if ! have && { [ -z "${CHROMIUM:-}" ] || [ -z "${CHROMEDRIVER:-}" ]; }; then
  install "Chromium and its driver" "or set CHROMIUM and CHROMEDRIVER to where they are" chromium chromium-driver
fi
