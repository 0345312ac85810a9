#!/usr/bin/env bash
# usage: prometheus.sh FOLDER
# Makes sure that prometheus and promtool are there for the tests of monitoring: from Debian's package, unpacked into FOLDER and not installed,
# so that no service is started. Where that is not possible it says what to install and leaves it at that: the tests then fail and say so too.
set -euo pipefail
folder=$1

have() {
  command -v prometheus >/dev/null 2>&1 && command -v promtool >/dev/null 2>&1
}

if have || { [ -n "${PROMETHEUS:-}" ] && [ -n "${PROMTOOL:-}" ]; } || [ -x "$folder/usr/bin/promtool" ]; then
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg >/dev/null 2>&1; then
  echo "The tests of monitoring need prometheus and promtool: install them (Debian: the package prometheus)," \
    "or set PROMETHEUS and PROMTOOL to where they are." >&2
  exit 0
fi
echo "fetching prometheus and promtool for the tests of monitoring"
mkdir -p "$folder"
said=$(mktemp)
fetch() {
  (cd "$folder" && apt-get -qq download prometheus)
}
# Only root may bring lists of packages up to date; they may be new enough as they are.
if ! { fetch || { apt-get -qq update && fetch; }; } >"$said" 2>&1; then
  tail -5 "$said" >&2
  echo "prometheus could not be fetched; all of what apt-get said is in $said" >&2
  exit 0
fi
dpkg -x "$folder"/prometheus_*.deb "$folder"
rm -f "$folder"/prometheus_*.deb "$said"
