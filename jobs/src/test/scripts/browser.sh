#!/usr/bin/env bash
# Makes sure that a browser is there for the tests of the dashboard's page: Chromium and its driver, from Debian's packages. Where that is
# not possible it says what to install and leaves it at that: the tests that need a browser then fail and say so too.
set -euo pipefail

have() {
  { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 &&
    command -v chromedriver >/dev/null 2>&1
}

if have || { [ -n "${CHROMIUM:-}" ] && [ -n "${CHROMEDRIVER:-}" ]; }; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests of the dashboard need Chromium and its driver: install them (Debian: apt-get install chromium chromium-driver)," \
    "or set CHROMIUM and CHROMEDRIVER to where they are." >&2
  exit 0
fi
echo "installing Chromium and its driver for the tests of the dashboard"
export DEBIAN_FRONTEND=noninteractive
said=$(mktemp)
if ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium chromium-driver; } >"$said" 2>&1; then
  tail -5 "$said" >&2
  echo "Chromium could not be installed; all of what apt-get said is in $said" >&2
fi
