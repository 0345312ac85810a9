# Sourced by the scripts beside it: installs Debian packages that tests need, where that is possible.

# install WHAT PURPOSE OTHERWISE PACKAGE... ; says what to do where it cannot, and leaves it at that: the tests then fail and say so too.
install() {
  local what=$1 purpose=$2 otherwise=$3
  shift 3
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "$purpose need $what: install them (Debian: apt-get install $*), or $otherwise." >&2
    return
  fi
  echo "installing $what for $purpose"
  export DEBIAN_FRONTEND=noninteractive
  local said
  said=$(mktemp)
  if ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"; } >"$said" 2>&1; then
    tail -5 "$said" >&2
    echo "$what could not be installed; all of what apt-get said is in $said" >&2
  fi
}
