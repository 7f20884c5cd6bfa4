"""github.py FOLDER: a stand-in of GitHub's REST interface, as api.github.com on 93.184.216.36:443 of the test's own network.

Knows an app, whose key is FOLDER/app.pub, with one installation of owner `octo`, and issues its tokens. A request needs
one that is alive, for its repository and with its permission. What it was asked is in FOLDER/github.jsonl.
"""
import base64
import http.server
import json
import os
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

folder = sys.argv[1]
REPOSITORIES = ["hello", "world", ".github"]
# A token of a person's own, with access to everything.
PERSONAL = os.environ.get("PERSONAL", "")
lock = threading.Lock()


def state():
    try:
        with open(folder + "/github.state") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def change(token, value):
    with lock:
        tokens = state()
        tokens[token] = value
        with open(folder + "/github.state", "w") as file:
            json.dump(tokens, file)


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_app(token):
    """RS256 by the app's key (RFC 7515)."""
    try:
        head, body, signature = token.split(".")
        with open(f"{folder}/signature-{uuid.uuid4()}", "wb") as file:
            file.write(decoded(signature))
        checked = subprocess.run(
            ["openssl", "dgst", "-sha256", "-verify", folder + "/app.pub", "-signature", file.name],
            input=f"{head}.{body}".encode(), capture_output=True)
        os.unlink(file.name)
        return checked.returncode == 0 and json.loads(decoded(body))["iss"] == "Iv1.tests"
    except (ValueError, KeyError):
        return False


ISSUE = {
    "number": 1, "title": "First", "state": "open", "state_reason": None, "user": {"login": "alice", "id": 1},
    "assignees": [{"login": "bob"}], "labels": [{"name": "bug", "color": "f00"}], "milestone": None, "comments": 2,
    "created_at": "2026-11-24T00:00:00Z", "updated_at": "2026-11-24T00:00:00Z", "closed_at": None, "body": "It fails.",
    "html_url": "https://github.com/octo/hello/issues/1", "node_id": "I_x", "events_url": "https://api.github.com/x",
}
PULL = {
    "number": 7, "title": "Fix", "state": "open", "draft": False, "user": {"login": "alice"}, "base": {"ref": "main"},
    "head": {"ref": "fix", "sha": "a" * 40, "repo": {"full_name": "octo/hello"}}, "labels": [],
    "requested_reviewers": [{"login": "bob"}], "mergeable": None, "commits": 1, "changed_files": 1, "additions": 2,
    "deletions": 1, "html_url": "https://github.com/octo/hello/pull/7",
}
COMMENT = {"id": 5, "user": {"login": "alice"}, "body": "Yes.", "html_url": "https://github.com/c/5"}
COMMIT = {
    "sha": "a" * 40, "commit": {"message": "Fix", "author": {"name": "Alice", "date": "2026-11-24T00:00:00Z"}},
    "author": None, "parents": [{"sha": "b" * 40}], "html_url": "https://github.com/x",
}
FILE = {"filename": "src/a.c", "status": "modified", "additions": 2, "deletions": 1, "patch": "@@ -1 +1 @@", "raw_url": "x"}

# Method, path after the repository, permission, answer.
ROUTES = [
    ("GET", "", "metadata", {"full_name": "octo/hello", "default_branch": "main", "archived": False,
                             "stargazers_count": 3, "topics": ["a"], "license": {"spdx_id": "MIT"}, "id": 1}),
    ("GET", "/branches", "contents", [{"name": "main", "commit": {"sha": "a" * 40}, "protected": True}]),
    ("GET", "/commits", "contents", [COMMIT]),
    ("GET", "/commits/[0-9a-f]+", "contents", dict(COMMIT, files=[FILE])),
    ("GET", "/commits/[0-9a-f]+/check-runs", "checks",
     {"total_count": 1, "check_runs": [{"name": "test", "status": "completed", "conclusion": "failure",
                                        "output": {"title": "1 failed", "summary": "x" * 20000}}]}),
    ("GET", "/contents/.+", "contents", None),
    ("GET", "/contents", "contents", None),
    ("GET", "/issues", "issues", [ISSUE, dict(ISSUE, number=2, pull_request={"html_url": "p"})]),
    ("GET", "/issues/1", "issues", ISSUE),
    ("GET", "/issues/1/comments", "issues", [COMMENT]),
    ("POST", "/issues", "issues", ISSUE),
    ("PATCH", "/issues/1", "issues", ISSUE),
    ("POST", "/issues/1/comments", "issues", COMMENT),
    ("GET", "/pulls", "pull_requests", [PULL]),
    ("GET", "/pulls/7", "pull_requests", PULL),
    ("GET", "/pulls/7/files", "pull_requests", [FILE]),
    ("GET", "/pulls/7/reviews", "pull_requests", [{"id": 9, "user": {"login": "bob"}, "state": "APPROVED"}]),
    ("POST", "/pulls", "pull_requests", PULL),
    ("PUT", "/pulls/7/merge", "contents", {"sha": "c" * 40, "merged": True, "message": "merged"}),
    ("GET", "/actions/runs", "actions", {"total_count": 1, "workflow_runs": [{"id": 3, "name": "CI", "head_branch": "main"}]}),
    ("GET", "/releases", "contents", [{"tag_name": "v1", "draft": False}]),
]
WRONG = {
    401: ({"message": "Bad credentials"}, {}),
    403: ({"message": "Resource not accessible by integration"}, {"X-Accepted-GitHub-Permissions": "issues=write"}),
    404: ({"message": "Not Found"}, {}),
    410: ({"message": "This issue was deleted"}, {}),
    422: ({"message": "Validation Failed", "errors": [{"resource": "Issue", "field": "title", "code": "missing_field"}]}, {}),
    429: ({"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "30"}),
    451: ({"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0"}),
    500: (None, {}),
    301: ({"message": "Moved Permanently"}, {"Location": "https://api.github.com/repositories/1/issues/301"}),
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def say(self, status, value=None, headers=(), text=None):
        body = text.encode() if text is not None else b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        for name, content in dict(headers).items():
            self.send_header(name, content)
        self.send_header("Content-Type", "text/plain" if text is not None else "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        with lock, open(folder + "/github.jsonl", "a") as file:
            file.write(json.dumps({
                "method": self.command, "path": self.path, "bearer": bearer, "body": body,
                "version": self.headers.get("X-GitHub-Api-Version"), "accept": self.headers.get("Accept")}) + "\n")
        path, _, query = self.path.partition("?")
        if path == "/app/installations/42/access_tokens":
            return self.issue(bearer, json.loads(body))
        token = {"repositories": None, "permissions": None} if PERSONAL and bearer == PERSONAL else state().get(bearer)
        if not token:
            return self.say(401, {"message": "Bad credentials"})
        if path == "/installation/token" and self.command == "DELETE":
            change(bearer, None)
            return self.say(204)
        if path == "/installation/repositories":
            return self.say(200, {"total_count": 1, "repositories": []})
        if path.startswith("/search/"):
            item = {"path": "a.c", "text_matches": [{"fragment": "found"}], **ISSUE}
            return self.say(200, {"total_count": 1, "incomplete_results": False, "items": [item]})
        found = re.fullmatch(r"/repos/([^/]+)/([^/]+)((?:/.*)?)", path)
        if not found or found[1] != "octo" and token["repositories"] is not None:
            return self.say(404, {"message": "Not Found"})
        if token["repositories"] is not None and found[2] not in token["repositories"]:
            return self.say(404, {"message": "Not Found"})
        wrong = re.fullmatch(r"/issues/([345]\d\d)", found[3])
        if wrong:
            value, headers = WRONG[int(wrong[1])]
            headers = dict(headers)
            if wrong[1] == "451":
                headers["X-RateLimit-Reset"] = str(int(time.time()) + 100)
            return self.say(403 if wrong[1] == "451" else int(wrong[1]), value, headers)
        for method, pattern, permission, answer in ROUTES:
            if method == self.command and re.fullmatch(pattern, found[3]):
                wanted = "read" if method == "GET" else "write"
                if token["permissions"] is not None and permission != "metadata" \
                        and token["permissions"].get(permission) not in (wanted, "write"):
                    return self.say(403, {"message": "Resource not accessible by integration"})
                return self.found(found[3], answer, query)
        self.say(404, {"message": "Not Found"})

    def found(self, path, answer, query):
        accept = self.headers.get("Accept") or ""
        if "diff" in accept:
            return self.say(200, text="diff --git a/src/a.c b/src/a.c\n")
        if path.startswith("/contents"):
            if "raw" in accept:
                return self.say(200, text='{"not": "parsed"}\n')
            entry = {"name": "a.c", "path": "src/a.c", "type": "file", "size": 3, "sha": "d" * 40, "url": "x"}
            return self.say(200, {"type": "dir", "entries": [entry]})
        headers = {}
        if isinstance(answer, list):
            page = int(urllib.parse.parse_qs(query).get("page", ["1"])[0])
            if page == 1:
                address = "https://api.github.com/repositories/1/issues?per_page=2&page="
                headers["Link"] = f'<{address}2>; rel="next", <{address}2>; rel="last"'
        self.say(201 if self.command == "POST" else 200, answer, headers)

    def issue(self, bearer, asked):
        if not is_app(bearer):
            return self.say(401, {"message": "A JSON web token could not be decoded"})
        if any(name not in REPOSITORIES for name in asked["repositories"]):
            return self.say(422, {"message": "There is at least one repository that does not exist"})
        token = "ghs_" + uuid.uuid4().hex
        change(token, {"repositories": asked["repositories"], "permissions": asked["permissions"]})
        with lock, open(folder + "/github.tokens", "a") as file:
            file.write(token + "\n")
        self.say(201, {
            "token": token, "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600)),
            "permissions": dict(asked["permissions"], metadata="read"), "repository_selection": "selected",
            "repositories": [{"name": name} for name in asked["repositories"]]})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve


server = http.server.ThreadingHTTPServer(("93.184.216.36", 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "/github.pem", folder + "/github.key")
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
open(folder + "/github-ready", "w").close()
server.serve_forever()
