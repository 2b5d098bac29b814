#!/bin/sh
# Sees to it that there is a Chromium for the browser journeys, and Chinese letters for
# it, without which every page is measured with empty boxes, where that can be done
# without asking: on Debian, as root. Elsewhere the journeys are skipped, saying so.
set -eu

has_chromium() {
    for name in "${REGISTRY_TEST_CHROMIUM:-chromium}" chromium chromium-browser \
        google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}

has_letters() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh)" ]
}

wanted=
has_chromium || wanted=chromium
has_letters || wanted="$wanted fonts-wqy-microhei fontconfig"
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing what the browser journeys need:" $wanted
    export DEBIAN_FRONTEND=noninteractive
    apt-get --quiet --quiet update </dev/null
    # shellcheck disable=SC2086
    apt-get --quiet --quiet --yes install --no-install-recommends \
        $wanted </dev/null >/dev/null
    exit 0
fi
has_chromium || {
    echo "There is no Chromium here, so browser journeys will be skipped." >&2
    echo "Install one, or name it in REGISTRY_TEST_CHROMIUM." >&2
}
has_letters || echo "There are no Chinese letters here: pages look otherwise." >&2
