#!/bin/bash
# Times the peers of a decision that PyPI has, one JSON object a line: Tests/Benchmarks/peers/run.sh
#
# They are installed once, below AGENTBOX_PEERS: by default a folder in /var/tmp. After that no network is used.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
requirements="cedarpy>=4 cel-python>=0.5 jsonschema-rs>=0.40"
store=${AGENTBOX_PEERS:-/var/tmp/agentbox-peers-$(id -u)}
mkdir -p -m 755 "$store"
# A folder in /var/tmp with a name that everybody can guess: what somebody else put there is not run.
if [ ! -O "$store" ] || [ -L "$store" ]; then
    echo "\`$store\` belongs to somebody else; set AGENTBOX_PEERS to another folder" >&2
    exit 2
fi
if [ "$(cat "$store/installed" 2>/dev/null)" != "$requirements" ]; then
    echo "installing $requirements into $store" >&2
    rm -rf "$store/venv"
    /usr/bin/python3 -m venv "$store/venv"
    # shellcheck disable=SC2086  # one word a requirement
    "$store/venv/bin/pip" install --quiet --disable-pip-version-check $requirements
    echo "$requirements" >"$store/installed"
fi
exec "$store/venv/bin/python" "$here/decisions.py"
