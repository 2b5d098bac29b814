#!/bin/sh
# Makes the virtual environment "$1" with the first Python of 3.11 or newer; leaves one
# that runs alone. PYTHON names another. Says what to do where that cannot be; with
# SYSTEM_PACKAGES=1 it does so itself on Debian, as root.
set -eu

target=$1
newer='import sys; sys.exit(sys.version_info < (3, 11))'

if [ -x "$target/bin/python" ] && "$target/bin/python" -c "$newer" 2>/dev/null; then
    exit 0
fi

found=
for candidate in ${PYTHON:-python3.11 python3 python3.14 python3.13 python3.12 python}; do
    if "$candidate" -c "$newer" 2>/dev/null; then
        found=$candidate
        break
    fi
done
if [ -z "$found" ]; then
    echo "Python 3.11 or newer is needed and was not found (tried: ${PYTHON:-python3.11," \
        "python3, python3.14, python3.13, python3.12, python})." >&2
    echo "Install one, or name it:  make install PYTHON=/path/to/python3.11" >&2
    exit 1
fi

version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
has_venv='import ensurepip, venv'
if ! "$found" -c "$has_venv" 2>/dev/null && [ "${SYSTEM_PACKAGES:-0}" = 1 ] &&
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get -qq update </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get -qq --yes install --no-install-recommends \
        "python$version-venv" </dev/null >/dev/null
fi

rm -rf "$target"
if "$found" -c "$has_venv" 2>/dev/null; then
    "$found" -m venv "$target"
elif "$found" -c 'import virtualenv' 2>/dev/null; then
    "$found" -m virtualenv --quiet "$target"
else
    echo "$found has no venv module, so there is nowhere to install to." >&2
    echo "On Debian and Ubuntu:  apt-get install python$version-venv" >&2
    echo "Elsewhere install virtualenv, or name another:  make install PYTHON=..." >&2
    exit 1
fi
