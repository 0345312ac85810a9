#!/usr/bin/env bash
# Makes sure that docker-compose is there for the tests of deploy/compose, from Debian's package: it reads compose files, and needs no container
# engine for that.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

command -v docker-compose >/dev/null 2>&1 || install docker-compose "the tests of deploy/compose" "put one on the path" docker-compose
