#!/bin/bash
# A real browser goes through the console: Debian's chromium, driven by Playwright from PyPI.
#
#   Tests/Console/run.sh AGENTBOX
#
# A task is made up whose agent is denied some calls and has to ask for others. Then `browser.py` visits every page in
# light, dark and narrow, with and without scripts, answers requests, and looks for violations of the policy, errors on
# the console, texts without contrast and pages that are too wide. With CONSOLE_SHOTS=DIR it leaves pictures there.
#
# Playwright is installed once, below AGENTBOX_CLIENTS (default: a folder in /var/tmp). After that no network is used.
set -euo pipefail
umask 022

here=$(cd "$(dirname "$0")" && pwd)
[[ $# -eq 1 && -x $1 ]] || { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }
agentbox=$(realpath "$1")
browser=/usr/bin/chromium
[[ -x $browser ]] || { echo "no $browser; install it: apt-get install chromium" >&2; exit 2; }

store=${AGENTBOX_CLIENTS:-/var/tmp/agentbox-clients-$(id -u)}
mkdir -p -m 755 "$store"
# A folder in /var/tmp with a name that everybody can guess: what somebody else put there is not run.
if [[ ! -O $store || -L $store ]]; then
    echo "\`$store\` belongs to somebody else; set AGENTBOX_CLIENTS to another folder" >&2
    exit 2
fi
python=$store/playwright/bin/python
if [[ ! -e $store/playwright/installed ]]; then
    echo "installing playwright"
    rm -rf "$store/playwright"
    /usr/bin/python3 -m venv "$store/playwright"
    "$store/playwright/bin/pip" install --quiet --disable-pip-version-check playwright
    touch "$store/playwright/installed"
fi

temporary=$(mktemp -d /tmp/agentbox-console-XXXXXX)
started=()
finish() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    chmod -R u+rwX "$temporary" 2>/dev/null || true
    rm -rf "$temporary"
}
trap finish EXIT
chmod 755 "$temporary"
export AGENTBOX_HOME=$temporary/state
mkdir -p "$temporary/workspace/docs" "$temporary/agent"
echo "# Notes" >"$temporary/workspace/README.md"
cat >"$temporary/task.yaml" <<YAML
apiVersion: agentbox.dev/v1
kind: Intent
name: release-notes
purpose: Write the <b>release notes</b> and publish them.
principal: alice@example.com
agent: notes-agent
expires: 1h
workspace: $temporary/workspace
rules:
  - allow: fs.read
  - allow: fs.list
  - allow: fs.edit
    args: {path: {under: [docs]}}
  - approve: fs.write
    args: {path: {under: [docs]}}
    by: {assurance: A1, expires: 30m}
  - approve: fs.edit
    args: {path: {equals: README.md}}
    by: {assurance: A2, expires: 30m}
YAML
cat >"$temporary/agent/agent" <<'AGENT'
agentbox call fs.list path=. >/dev/null
agentbox call fs.read path=README.md >/dev/null
agentbox call fs.read 'path=<img src=x onerror="document.title=1">' >/dev/null 2>&1
agentbox call '<script>document.title=1</script>' a=b >/dev/null 2>&1
agentbox call fs.read "path=$(printf 'invoice\u202Efdp.exe')" >/dev/null 2>&1
agentbox call fs.write path=docs/yes.md 'content=<script>document.title=1</script>' >/dev/null 2>&1 &
agentbox call fs.write path=docs/no.md content=no >/dev/null 2>&1 &
agentbox call fs.write path=docs/plain.md content=plain >/dev/null 2>&1 &
agentbox call fs.edit --json '{"path":"README.md","edits":[{"old":"Notes","new":"Signed"}]}' >/dev/null 2>&1 &
agentbox call fs.edit --json '{"path":"README.md","edits":[{"old":"# ","new":"## "}]}' >/dev/null 2>&1 &
wait
agentbox call fs.edit --json '{"path":"docs/yes.md","edits":[{"old":"document","new":"documents"}]}' >/dev/null 2>&1
AGENT
chmod -R a+rX "$temporary/workspace" "$temporary/agent"
ssh-keygen -q -t ed25519 -N "" -f "$temporary/key"
mkdir -p -m 700 "$AGENTBOX_HOME"
printf 'alice@example.com namespaces="approval@agentbox.dev" %s\n' "$(cut -d' ' -f1,2 "$temporary/key.pub")" \
    >"$AGENTBOX_HOME/allowed_signers"
chmod 600 "$AGENTBOX_HOME/allowed_signers"

"$agentbox" run "$temporary/task.yaml" --read "$temporary/agent" -- /bin/bash "$temporary/agent/agent" \
    >"$temporary/run.log" 2>&1 &
started+=($!)
# New links are asked for by lines on its standard input.
mkfifo -m 600 "$temporary/lines"
exec 3<>"$temporary/lines"
"$agentbox" console --json <&3 >"$temporary/links" 2>"$temporary/console.log" &
started+=($!)

if ! timeout 110 "$python" "$here/browser.py" --browser "$browser" --links "$temporary/links" \
    --lines "$temporary/lines" --agentbox "$agentbox" --scene "$temporary"; then
    sed 's/^/  run     | /' "$temporary/run.log"
    sed 's/^/  console | /' "$temporary/console.log"
    exit 1
fi
