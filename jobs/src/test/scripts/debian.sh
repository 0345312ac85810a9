# Sourced by the scripts beside it: installs what some tests need from Debian's packages, where that is possible, and otherwise says what to
# install and leaves it at that: the tests then fail and say so too.

# install WHAT ELSE PACKAGE...: WHAT is needed; ELSE is another way to have it, said where nothing can be installed.
install() {
  local what=$1 else=$2 said
  shift 2
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Some tests need $what: install it (Debian: apt-get install $*), $else." >&2
    return 0
  fi
  echo "installing for the tests: $what"
  export DEBIAN_FRONTEND=noninteractive
  said=$(mktemp)
  if ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"; } >"$said" 2>&1; then
    tail -5 "$said" >&2
    echo "could not be installed: $what; all of what apt-get said is in $said" >&2
  fi
}
