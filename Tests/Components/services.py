"""services.py FOLDER: stand-ins of GitHub's REST interface and of an authorisation server, with TLS on the loopback.

Says `ready PORT`. A path's first part says how it behaves: /github/…, /oauth/…, and /CONDUCT/… for servers that hang,
answer garbage, too much, a redirect, or repeat what they were sent. What was asked is in FOLDER/requests.jsonl.
"""
import base64
import http.server
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

folder = sys.argv[1]
os.umask(0o077)
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
     "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder + "/key.pem",
     "-out", folder + "/server.pem"], check=True, capture_output=True)
for name in ["app", "client"]:
    subprocess.run(["openssl", "genrsa", "-out", f"{folder}/{name}.pem", "2048"], check=True, capture_output=True)
    subprocess.run(["openssl", "rsa", "-in", f"{folder}/{name}.pem", "-pubout", "-out", f"{folder}/{name}.pub"],
                   check=True, capture_output=True)
subprocess.run(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", folder + "/client-ec.sec1"],
               check=True)
subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", folder + "/client-ec.sec1", "-out",
                folder + "/client-ec.pem"], check=True)
live = {}
lock = threading.Lock()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims(token, key):
    """The claims of a JWT by RS256 with that key; None if it is none."""
    try:
        head, body, signature = token.split(".")
        if json.loads(decoded(head))["alg"] != "RS256":
            return None
        with open(f"{folder}/{uuid.uuid4()}", "wb") as file:
            file.write(decoded(signature))
        checked = subprocess.run(
            ["openssl", "dgst", "-sha256", "-verify", f"{folder}/{key}.pub", "-signature", file.name],
            input=f"{head}.{body}".encode(), capture_output=True)
        return json.loads(decoded(body)) if checked.returncode == 0 else None
    except (ValueError, KeyError):
        return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def say(self, status, value=None, raw=None):
        body = raw if raw is not None else b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size).decode()
        with lock, open(folder + "/requests.jsonl", "a") as file:
            file.write(json.dumps({"method": self.command, "path": self.path, "body": body}) + "\n")
        bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        parts = self.path.split("?")[0].split("/")
        getattr(self, parts[1].replace("-", "_"), self.nothing)("/".join(parts[2:]), body, bearer)

    do_GET = do_POST = do_DELETE = do_PUT = serve

    def nothing(self, path, body, bearer):
        self.say(404, {"message": "Not Found", "error": "not found"})

    def hang(self, path, body, bearer):
        time.sleep(30)

    def drip(self, path, body, bearer):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(300):
            self.wfile.write(b" ")
            time.sleep(0.1)

    def garbage(self, path, body, bearer):
        self.wfile.write(b"\x00\xff" * 1000)
        self.close_connection = True

    def no_json(self, path, body, bearer):
        self.say(200, raw=b"<html>welcome</html>")

    def odd_json(self, path, body, bearer):
        self.say(200, raw=b'{"access_token": "a", "access_token": "b", "token_type": "Bearer", "expires_in": 5}')

    def endless(self, path, body, bearer):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            pass
        self.close_connection = True

    def elsewhere(self, path, body, bearer):
        self.send_response(307)
        self.send_header("Location", "/oauth/token")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def echo(self, path, body, bearer):
        words = urllib.parse.unquote(body) + " " + (self.headers.get("Authorization") or "")
        self.say(400, {"error": "invalid_request", "error_description": words, "message": words, "errors": [words]})

    # GitHub

    def github(self, path, body, bearer):
        if path == "app/installations/42/access_tokens" and self.command == "POST":
            found = claims(bearer, "app")
            now = time.time()
            if not found or found["iss"] != "Iv1.tests" or not found["iat"] <= now < found["exp"] <= now + 600:
                return self.say(401, {"message": "A JSON web token could not be decoded"})
            asked = json.loads(body)
            if "missing" in asked["repositories"]:
                return self.say(422, {"message": "There is at least one repository that does not exist"})
            token = "ghs_" + uuid.uuid4().hex
            live[token] = True
            answer = {
                "token": token, "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + 3600)),
                "permissions": dict(asked["permissions"], metadata="read"), "repository_selection": "selected",
                "repositories": [{"name": name} for name in asked["repositories"]],
            }
            if "wider" in asked["repositories"]:
                answer["permissions"]["administration"] = "write"
            if "all" in asked["repositories"]:
                answer["repository_selection"] = "all"
            if "longer" in asked["repositories"]:
                answer["expires_at"] = "2099-01-01T00:00:00Z"
            return self.say(201, answer)
        if not live.get(bearer):
            return self.say(401, {"message": "Bad credentials"})
        if path == "installation/token" and self.command == "DELETE":
            if os.path.exists(folder + "/keep"):
                return self.say(500, {"message": "no, " + bearer})
            live[bearer] = False
            return self.say(204)
        self.say(200, {"total_count": 0, "repositories": []})

    # OAuth

    def client(self, body):
        fields = urllib.parse.parse_qs(body)
        basic = (self.headers.get("Authorization") or "").removeprefix("Basic ")
        if basic and base64.b64decode(basic).decode() == "agentbox:client%2Bsecret%20of%20the%20tests":
            return "basic"
        if fields.get("client_secret") == ["client+secret of the tests"] and fields.get("client_id") == ["agentbox"]:
            return "post"
        found = claims(fields.get("client_assertion", [""])[0], "client")
        if found and found["iss"] == found["sub"] == "agentbox" and found["aud"] == self.issuer() \
                and found["exp"] <= time.time() + 60 and found["jti"] not in live:
            live[found["jti"]] = True
            return "assertion"
        return None

    def issuer(self):
        return f"https://localhost:{self.server.server_port}/oauth"

    def oauth(self, path, body, bearer):
        if path == "api":
            return self.say(200 if live.get(bearer) else 401, {})
        client = self.client(body)
        if not client:
            return self.say(401, {"error": "invalid_client"})
        fields = urllib.parse.parse_qs(body)
        token = fields.get("token", [""])[0]
        if path == "revoke":
            live[token] = False
            return self.say(200)
        if path == "introspect":
            return self.say(200, {"active": bool(live.get(token))})
        if path != "token" or fields["grant_type"] != ["urn:ietf:params:oauth:grant-type:token-exchange"]:
            return self.say(400, {"error": "unsupported_grant_type"})
        if fields["subject_token"] != ["subject-token-of-the-tests"]:
            return self.say(400, {"error": "invalid_grant", "error_description": "bad " + fields["subject_token"][0]})
        token = "at-" + uuid.uuid4().hex
        live[token] = True
        scope = fields.get("scope", [""])[0]
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": scope,
                  "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
        if "authorization_details" in fields:
            answer["authorization_details"] = json.loads(fields["authorization_details"][0])
        if "wider" in scope:
            answer["scope"] += " admin"
        if "longer" in scope:
            answer["expires_in"] = 100000
        if "forever" in scope:
            del answer["expires_in"]
        if "dpop" in scope:
            answer["token_type"] = "DPoP"
        self.say(200, answer)


def well_known(self, path, body, bearer):
    """RFC 8414: of /oauth, and of /liar, which says that it is another one."""
    name = path.split("/")[-1]
    if path.startswith("oauth-authorization-server/") and name in ("oauth", "liar"):
        issuer = self.issuer()
        return self.say(200, {
            "issuer": issuer, "token_endpoint": issuer + "/token", "revocation_endpoint": issuer + "/revoke",
            "introspection_endpoint": issuer + "/introspect"})
    self.nothing(path, body, bearer)


setattr(Handler, ".well_known", well_known)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "/server.pem", folder + "/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", server.server_port, flush=True)
sys.stdin.read()
shutil.rmtree(folder)
