"""The official client, version 2 and later, over Streamable HTTP: each request for itself, or a session if told so.

The server is a URL, or `inside`: then it is where AGENTBOX_URL says. AGENTBOX_TOKEN_FILE names a bearer token.
"""

import asyncio
import os
from typing import Any

from mcp import Client, MCPError
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

from scenario import Caller, ProtocolError, Reply, arguments, check, run


async def main() -> None:
    options = arguments()
    url = os.environ["AGENTBOX_URL"] if options.server[0] == "inside" else options.server[0]
    file = os.environ.get("AGENTBOX_TOKEN_FILE")
    headers = {"Authorization": f"Bearer {open(file).read().strip()}"} if file else {}
    async with create_mcp_http_client(headers=headers) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=options.mode) as client:
            expected = "2025-11-25" if options.mode == "legacy" else "2026-07-28"
            check(client.protocol_version == expected, f"spoke {client.protocol_version}, not {expected}")

            async def call(name: str, values: dict[str, Any]) -> Reply:
                try:
                    result = await client.call_tool(name, values)
                except MCPError as error:
                    raise ProtocolError from error
                text = "".join(block.text for block in result.content if block.type == "text")
                return Reply(text, bool(result.is_error))

            listed = await client.list_tools()
            await run(Caller([tool.name for tool in listed.tools], call, has_unknown=True), options)


asyncio.run(main())
