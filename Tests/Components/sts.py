"""sts.py FOLDER: moto's STS behind a check of each signature by botocore, AWS's own library. Says `ready PORT`.

moto takes every signature and ignores session policies: what it proves is the shape of requests and answers. The last
request's form is in FOLDER/form.json.
"""
import json
import os
import shutil
import sys
import threading
from urllib.parse import parse_qs

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

folder = sys.argv[1]
known = {"AKIDEXAMPLEOFTESTS": "secret-key-of-the-tests/+with=signs"}
tokens = {}
dead = set()
moto = DomainDispatcherApplication(create_backend_app)


def error(start, status, code, message):
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>".encode()
    start(status, [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
    return [body]


def application(environ, start):
    import io

    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    access = authorization.split("Credential=")[-1].split("/")[0]
    if access not in known or access in dead:
        return error(start, "403 Forbidden", "InvalidClientTokenId", "no such key")
    signed = authorization.split("SignedHeaders=")[-1].split(",")[0].split(";")
    if not {"host", "x-amz-date", "content-type"} <= set(signed):
        return error(start, "403 Forbidden", "SignatureDoesNotMatch", "too little is signed")
    headers = {}
    for name in signed:
        key = "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")
        headers[name] = environ[key]
    request = AWSRequest("POST", "http://" + environ["HTTP_HOST"] + environ["PATH_INFO"], headers, body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials(access, known[access]), "sts", "eu-central-1")
    canonical = signer.canonical_request(request)
    expected = signer.signature(signer.string_to_sign(request, canonical), request)
    if not authorization.endswith("Signature=" + expected):
        return error(start, "403 Forbidden", "SignatureDoesNotMatch", "secret-key-of-the-tests/+with=signs is not it")
    if tokens.get(access) != headers.get("x-amz-security-token"):
        return error(start, "403 Forbidden", "InvalidClientTokenId", "another token")
    form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
    with open(os.path.join(folder, "form.json"), "w") as file:
        json.dump(form, file)
    answer = b"".join(moto(environ, start))
    if form["Action"] == "AssumeRole":
        import re

        def field(name):
            return re.search(f"<{name}>([^<]*)</{name}>", answer.decode())[1]

        known[field("AccessKeyId")] = field("SecretAccessKey")
        tokens[field("AccessKeyId")] = field("SessionToken")
        if os.path.exists(os.path.join(folder, "expire")):
            dead.add(field("AccessKeyId"))
    return [answer]


server = make_server("127.0.0.1", 0, application, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", server.server_port, flush=True)
sys.stdin.read()
shutil.rmtree(folder)
