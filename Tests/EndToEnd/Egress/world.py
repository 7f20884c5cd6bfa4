"""The world outside of a call, in a network namespace of the test's own: services on addresses that are public elsewhere.

world.py FOLDER: serves FOLDER/www and writes `ready` into FOLDER once all listens. Queries to its name server go to
FOLDER/queries.
"""
import base64
import http.server
import json
import os
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading

folder = sys.argv[1]
GOOD, OTHER = "93.184.216.34", "93.184.216.35"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256


class Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments):
        super().__init__(*arguments, directory=folder + "/www")

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        if self.path.startswith("/git/"):
            return self.git()
        if self.path.startswith("/api/"):
            said = self.headers.get("Authorization", "nothing")
            cookie = self.headers.get("Cookie")
            return self.say(
                self.path + " with " + ("what it should" if said == "Bearer of-the-test" else said)
                + (f" and {cookie}" if cookie else ""))
        if self.path != "/elsewhere":
            return super().do_GET()
        self.send_response(302)
        self.send_header("Location", "http://other.example/a.txt")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def say(self, text):
        body = json.dumps({"said": text}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def git(self, body=b""):
        """As a server of git does (git-http-backend(1)), for whoever knows the password."""
        path, _, query = self.path.partition("?")
        wanted = "Basic " + base64.b64encode(b"x-access-token:of-the-test").decode()
        if path.startswith("/git/private/") and self.headers.get("Authorization") != wanted:
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Basic realm=x")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        environment = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": folder + "/served", "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path.removeprefix("/git").removeprefix("/private"), "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "REMOTE_USER": "somebody", "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
        }
        result = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True)
        head, _, content = result.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((value for name, value in lines if name == "Status"), "200")
        self.send_response(int(status[:3]))
        for name, value in lines:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self):
        """Says what it got."""
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/git/"):
            return self.git(body)
        said = f"{self.path} for {self.headers['Host']}, {self.headers['Connection']}: ".encode() + body + b"\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)


class Echo(socketserver.BaseRequestHandler):
    """Answers when the other side has sent all."""

    def handle(self):
        data = b""
        while piece := self.request.recv(65536):
            data += piece
        self.request.sendall(b"%d bytes: " % len(data) + data[:100])


class Banner(socketserver.BaseRequestHandler):
    """Speaks first."""

    def handle(self):
        self.request.sendall(b"220 welcome\r\n")
        self.request.sendall(b"you said " + self.request.recv(100))


class Endless(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            while True:
                self.request.sendall(bytes(1 << 16))
        except OSError:
            pass


class Silent(socketserver.BaseRequestHandler):
    def handle(self):
        while self.request.recv(65536):
            pass


class Plain(socketserver.BaseRequestHandler):
    """What a person trusts because it listens on loopback."""

    def handle(self):
        self.request.sendall(b"secret of the host\n")


def serve(address, port, handler, context=None):
    server = Server((address, port), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()


NAMES = {
    "good.example": [GOOD], "other.example": [OTHER], "meta.example": ["169.254.169.254"],
    "private.example": ["10.1.2.3"], "near.example": ["127.0.0.1"], "mixed.example": ["127.0.0.1", GOOD],
    "origin.example": ["93.184.216.40"], "api.github.com": ["93.184.216.36"],
}
asked = {}


def answer(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += query[at] + 1
    name, kind = ".".join(labels).lower(), struct.unpack(">H", query[at + 1:at + 3])[0]
    addresses = NAMES.get(name, []) if kind == 1 else []
    if name == "rebind.example" and kind == 1:
        # Public for who checks, the host's loopback for who asks again.
        asked[name] = asked.get(name, 0) + 1
        addresses = [GOOD] if asked[name] == 1 else ["127.0.0.1"]
    with open(folder + "/queries", "a") as log:
        log.write(f"{name} {kind}\n")
    known = name in NAMES or name == "rebind.example"
    head = query[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, len(addresses), 0, 0)
    records = b"".join(
        b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton(address) for address in addresses)
    return head + query[12:at + 5] + records


def name_server():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def run():
        while True:
            query, client = server.recvfrom(4096)
            server.sendto(answer(query), client)

    threading.Thread(target=run, daemon=True).start()


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
for address in (GOOD, OTHER):
    serve(address, 80, Files)
    serve(address, 443, Files, context)
serve(GOOD, 8080, Files)
serve(GOOD, 7, Echo)
serve(GOOD, 25, Banner)
serve(GOOD, 19, Endless)
serve(GOOD, 9, Silent)
serve("127.0.0.1", 80, Plain)
serve("127.0.0.1", 8000, Plain)
name_server()
open(folder + "/ready", "w").close()
threading.Event().wait()
