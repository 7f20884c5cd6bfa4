"""The official client before version 2, over Streamable HTTP: a session that `initialize` opens and DELETE ends.

The server is a URL, or `inside`: then it is where AGENTBOX_URL says. AGENTBOX_TOKEN_FILE names a bearer token.
"""

import asyncio
import os
from typing import Any

from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamablehttp_client

from scenario import Caller, ProtocolError, Reply, arguments, check, run


async def main() -> None:
    options = arguments()
    url = os.environ["AGENTBOX_URL"] if options.server[0] == "inside" else options.server[0]
    file = os.environ.get("AGENTBOX_TOKEN_FILE")
    headers = {"Authorization": f"Bearer {open(file).read().strip()}"} if file else {}
    async with streamablehttp_client(url, headers=headers) as (read, write, identifier):
        async with ClientSession(read, write) as session:
            opened = await session.initialize()
            check(opened.protocolVersion == "2025-11-25", f"spoke {opened.protocolVersion}")
            check(bool(identifier()), "no session")
            await session.send_ping()

            async def call(name: str, values: dict[str, Any]) -> Reply:
                try:
                    result = await session.call_tool(name, values)
                except McpError as error:
                    raise ProtocolError from error
                text = "".join(block.text for block in result.content if block.type == "text")
                return Reply(text, bool(result.isError))

            listed = await session.list_tools()
            await run(Caller([tool.name for tool in listed.tools], call, has_unknown=True), options)


asyncio.run(main())
