#!/bin/bash
# Real MCP clients from PyPI, unmodified, list and call tools through agentbox:
#
#   Tests/Clients/run.sh AGENTBOX [--inside | --outside] [INTENT WORKSPACE]
#
# Outside, each client starts `AGENTBOX mcp INTENT`, or finds `AGENTBOX mcp --http` at a URL. Inside, each runs in the box
# of `AGENTBOX run INTENT` and starts `agentbox connect`, or finds a URL in its environment. Both, unless one is asked for. Without INTENT a task is made up: a folder with a README.md, and
# an intent that allows to read in it. With one, WORKSPACE needs a README.md that the intent lets `fs.read` read.
#
# Outside, `conformance.py` also holds every line of the server against the published schemas, where AGENTBOX_SUITES or
# ../shared/suites beside the checkout has them.
#
# The clients are installed once, below AGENTBOX_CLIENTS: by default a folder in /var/tmp, since it must lie where the
# ordinary user that a box runs as may read, and every box has a /tmp of its own. After that no network is used.
set -euo pipefail
umask 022

here=$(cd "$(dirname "$0")" && pwd)
# The system's own: one of a version manager in a home directory does not exist inside a box.
python=/usr/bin/python3

usage() {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
}

agentbox=
intent=
workspace=
where="outside inside"
for word; do
    case $word in
        --inside) where=inside ;;
        --outside) where=outside ;;
        -*) usage ;;
        *)
            if [ -z "$agentbox" ]; then agentbox=$word
            elif [ -z "$intent" ]; then intent=$word
            elif [ -z "$workspace" ]; then workspace=$word
            else usage; fi
            ;;
    esac
done
[ -n "$agentbox" ] || usage
[ -z "$intent" ] || [ -n "$workspace" ] || usage
[ -x "$agentbox" ] || { echo "no executable \`$agentbox\`; build it with swift build --product agentbox" >&2; exit 2; }
agentbox=$(realpath "$agentbox")

store=${AGENTBOX_CLIENTS:-/var/tmp/agentbox-clients-$(id -u)}
mkdir -p -m 755 "$store"
# A folder in /var/tmp with a name that everybody can guess: what somebody else put there is not run.
if [ ! -O "$store" ] || [ -L "$store" ]; then
    echo "\`$store\` belongs to somebody else; set AGENTBOX_CLIENTS to another folder" >&2
    exit 2
fi
chmod 755 "$store"
temporary=$(mktemp -d /tmp/agentbox-clients-XXXXXX)
trap 'rm -rf "$temporary"' EXIT
chmod 755 "$temporary"
export AGENTBOX_HOME=${AGENTBOX_HOME:-$temporary/home}

# install NAME REQUIREMENT: a virtual environment, made anew when the requirement changes.
install() {
    local folder=$store/$1 requirement=$2
    [ "$(cat "$folder/installed" 2>/dev/null)" = "$requirement" ] && return
    echo "installing $requirement"
    rm -rf "$folder"
    "$python" -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$requirement"
    "$folder/bin/python" -m compileall -q "$folder/lib" || true
    echo "$requirement" >"$folder/installed"
}

if [ -z "$intent" ]; then
    workspace=$temporary/workspace
    intent=$temporary/task.yaml
    mkdir "$workspace"
    echo "A file that every client reads." >"$workspace/README.md"
    echo "A file that no client may read." >"$temporary/outside.txt"
    cat >"$intent" <<-YAML
	apiVersion: agentbox.dev/v1
	kind: Intent
	name: try-clients
	purpose: Let MCP clients list and call tools.
	principal: $(id -un)@localhost
	expires: 1h
	workspace: $workspace
	rules:
	  - allow: fs.read
	  - allow: fs.list
	YAML
    # Inside the box another user reads it; as root that user owns nothing here.
    chmod -R a+rX "$workspace"
fi
marker=$(head -n 1 "$workspace/README.md")

failed=0
# try PLACE NAME SCRIPT [ARGUMENT…]: one client in one place.
try() {
    local place=$1 name=$2 script=$3
    shift 3
    local folder=$store/$name command
    echo "$place: $(cat "$folder/installed") $*"
    if [ "$place" = outside ]; then
        command=(env -i "PATH=$PATH" "HOME=$HOME" "AGENTBOX_HOME=$AGENTBOX_HOME" PYTHONDONTWRITEBYTECODE=1
            "$folder/bin/python" "$here/$script" "$@" --contains "$marker" --
            /usr/bin/env "AGENTBOX_HOME=$AGENTBOX_HOME" "$agentbox" mcp "$intent")
    else
        command=("$agentbox" run "$intent" --read "$folder" --read "$store/scripts"
            --env PYTHONDONTWRITEBYTECODE=1 -- "$folder/bin/python" "$store/scripts/$script" "$@"
            --contains "$marker" -- agentbox connect)
    fi
    if ! timeout 120 "${command[@]}" >"$temporary/log" 2>&1; then
        echo "  FAILED:"
        sed 's/^/  | /' "$temporary/log"
        failed=1
    else
        grep -E '^  (every|[0-9]+ tools)' "$temporary/log" || true
    fi
}

# try_http PLACE NAME SCRIPT [ARGUMENT…]: one client over HTTP in one place.
try_http() {
    local place=$1 name=$2 script=$3
    shift 3
    local folder=$store/$name command
    echo "$place, over HTTP: $(cat "$folder/installed") $*"
    if [ "$place" = outside ]; then
        command=(env -i "PATH=$PATH" "HOME=$HOME" PYTHONDONTWRITEBYTECODE=1 "AGENTBOX_TOKEN_FILE=$temporary/token"
            "$folder/bin/python" "$here/$script" "$@" --contains "$marker" -- "$url")
    else
        command=("$agentbox" run "$intent" --http --read "$folder" --read "$store/scripts"
            --env PYTHONDONTWRITEBYTECODE=1 -- "$folder/bin/python" "$store/scripts/$script" "$@"
            --contains "$marker" -- inside)
    fi
    if ! timeout 120 "${command[@]}" >"$temporary/log" 2>&1; then
        echo "  FAILED:"
        sed 's/^/  | /' "$temporary/log"
        failed=1
    else
        grep -E '^  (every|[0-9]+ tools)' "$temporary/log" || true
    fi
}

# The server of the clients outside, until the script ends.
serve_http() {
    "$agentbox" mcp --http 127.0.0.1:0 --token-file "$temporary/token" "$intent" 2>"$temporary/server" &
    server=$!
    trap 'kill "$server"; wait "$server" || true; rm -rf "$temporary"' EXIT
    for _ in $(seq 300); do
        url=$(grep -oE 'http://[^;]+' "$temporary/server" || true)
        [ -z "$url" ] || return 0
        kill -0 "$server" || break
        sleep 0.1
    done
    sed 's/^/  | /' "$temporary/server"
    return 1
}

install mcp "mcp>=2"
install mcp-v1 "mcp<2"
# The library without the clients of every model provider: TestModel needs none.
install pydantic-ai "pydantic-ai-slim[mcp]>=2"
install langchain "langchain-mcp-adapters"

# Where the box can show them; the checkout may lie in a home directory.
rm -rf "$store/scripts"
cp -R "$here" "$store/scripts"

suites=${AGENTBOX_SUITES:-$here/../../../shared/suites}
if [[ $where = *outside* ]]; then
    if [ -d "$suites/mcp/schema" ]; then
        install conformance "jsonschema"
        try outside conformance conformance.py --schemas "$(realpath "$suites/mcp/schema")"
    else
        echo "skipped: the published schemas are not at $suites"
    fi
fi
[[ $where != *outside* ]] || serve_http
for place in $where; do
    try_http "$place" mcp client_http.py
    try_http "$place" mcp client_http.py --mode legacy
    try_http "$place" mcp-v1 client_http_v1.py
    try "$place" mcp client_mcp.py
    try "$place" mcp client_mcp.py --mode legacy
    try "$place" mcp-v1 client_mcp_v1.py
    try "$place" pydantic-ai client_pydantic_ai.py
    try "$place" langchain client_langchain.py
done
[ "$failed" = 0 ] && echo "every client listed and called"
exit "$failed"
