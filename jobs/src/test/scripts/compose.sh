#!/usr/bin/env bash
# Makes sure that docker-compose is there for the tests of deploy/compose, from Debian's package: it reads compose files, and needs no container
# engine for that. Where that is not possible it says what to install and leaves it at that: the tests then fail and say so too.
set -euo pipefail

if command -v docker-compose >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests of deploy/compose need docker-compose: install it (Debian: apt-get install docker-compose)." >&2
  exit 0
fi
echo "installing docker-compose for the tests of deploy/compose"
export DEBIAN_FRONTEND=noninteractive
said=$(mktemp)
fetch() {
  apt-get -qq install -y --no-install-recommends docker-compose
}
if ! { fetch || { apt-get -qq update && fetch; }; } >"$said" 2>&1; then
  tail -5 "$said" >&2
  echo "docker-compose could not be installed; all of what apt-get said is in $said" >&2
fi
