#!/bin/bash
# Parses OTLP/JSON lines from standard input with OpenTelemetry's own protobuf types from PyPI, and counts the spans.
# Ends with 77 where they cannot be installed, and with 1 where a line does not parse.
set -u
folder=${AGENTBOX_CHECKS:-${TMPDIR:-/tmp}}/agentbox-otlp-check
if ! [ -x "$folder/bin/python" ] || ! "$folder/bin/python" -c 'import opentelemetry.proto' 2>/dev/null; then
    python3 -m venv "$folder" >/dev/null 2>&1 &&
        "$folder/bin/pip" install --quiet --disable-pip-version-check opentelemetry-proto==1.45.2 >/dev/null 2>&1 || {
        echo "python3 -m venv and pip install opentelemetry-proto did not work" >&2
        exit 77
    }
fi
exec "$folder/bin/python" -c '
import base64, json, sys
from google.protobuf import json_format
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

def identifiers(value):
    # OTLP/JSON writes these in hexadecimal, the mapping of protobuf in base64.
    if isinstance(value, dict):
        return {
            key: base64.b64encode(bytes.fromhex(item)).decode()
            if key in ("traceId", "spanId", "parentSpanId") else identifiers(item)
            for key, item in value.items()
        }
    return [identifiers(item) for item in value] if isinstance(value, list) else value

count = 0
for line in sys.stdin:
    try:
        data = json_format.Parse(json.dumps(identifiers(json.loads(line))), TracesData())
    except json_format.ParseError as error:
        sys.exit(print(error, file=sys.stderr) or 1)
    for resource in data.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                assert len(span.trace_id) == 16 and len(span.span_id) == 8, span
                assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano, span
                assert span.name and span.kind == span.SPAN_KIND_INTERNAL, span
                count += 1
print(count, "spans")
'
