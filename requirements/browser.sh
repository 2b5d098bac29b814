#!/bin/sh
# Sees to it that there is a Chromium for the browser journeys, where that can be done
# without asking: on Debian, as root. Elsewhere the journeys are skipped, saying so.
set -eu

for name in "${REGISTRY_TEST_CHROMIUM:-chromium}" chromium chromium-browser \
    google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser journeys ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get --quiet --quiet update </dev/null
    apt-get --quiet --quiet --yes install --no-install-recommends \
        chromium </dev/null >/dev/null
else
    echo "There is no Chromium here, so browser journeys will be skipped." >&2
    echo "Install one, or name it in REGISTRY_TEST_CHROMIUM." >&2
fi
