"""The positive control of the attempts on the registry: one as it is written in an hour.

It believes what it is told, opens what it is named, keeps what it is sent, and serves one client after the other.

usage: naive-registry.py SOCKET WORKSPACE PROBE
"""

import array, json, os, socket, subprocess, sys, time

place, workspace, probe = sys.argv[1:]
kept = []


def read(arguments):
    with open(os.path.join(workspace, arguments["path"])) as file:
        return file.read()


def write(arguments):
    path = os.path.join(workspace, arguments["path"])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "a") as file:
        file.write(arguments["content"])
    return "written"


def run(words):
    return subprocess.run(words, capture_output=True, text=True).stdout


tools = {
    "fs.read": read,
    "fs.write": write,
    "fs.list": lambda arguments: "\n".join(os.listdir(os.path.join(workspace, arguments["path"]))),
    "fs.search": lambda arguments: run(["grep", "-r", arguments["pattern"], workspace]),
    "exec.run": lambda arguments: run(arguments["argv"]),
    "probe.bare": lambda arguments: run([probe, arguments["option"]]),
}


def call(parameters):
    # Forgiving about names, and about where a client says that it works.
    name = os.path.normpath(parameters["name"].split("\0")[0].strip().lower())
    arguments = parameters["arguments"]
    root = parameters.get("_meta", {}).get("dev.agentbox/workspace")
    if root:
        arguments["path"] = os.path.join(root, arguments["path"])
    return {"content": [{"type": "text", "text": tools[name.split("/")[-1]](arguments)}]}


def answer(client, message):
    method, number = message["method"], message.get("id")
    if number is None:
        return
    if method == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {}}
    elif method == "tools/list":
        result = {"tools": [{"name": name} for name in tools]}
    else:
        result = call(message["params"]) if method == "tools/call" else {}
    if method == "tools/call" and message["params"].get("name") == "fs.read":
        # What a tool prints goes out as it is.
        client.sendall(result["content"][0]["text"].encode() + b"\n")
    text = json.dumps({"jsonrpc": "2.0", "id": number, "result": result}, separators=(",", ":"))
    client.sendall(text.encode() + b"\n")


def serve(client):
    buffer = b""
    while True:
        data, control, _, _ = client.recvmsg(65536, 4096)
        for level, kind, content in control:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                kept.extend(array.array("i", content))
        if not data:
            return
        buffer += data
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            if not line:
                continue
            message = json.loads(line)
            for part in message if isinstance(message, list) else [message]:
                answer(client, part)


listening = socket.socket(socket.AF_UNIX)
listening.bind(place)
listening.listen(16)
listening.settimeout(1)
parent = os.getppid()
print("ready", flush=True)
while os.getppid() == parent:
    try:
        client, _ = listening.accept()
    except TimeoutError:
        continue
    client.settimeout(None)
    try:
        serve(client)
    except OSError:
        pass
    except Exception:
        # It is started again, later.
        time.sleep(0.6)
    client.close()
