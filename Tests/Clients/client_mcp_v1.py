"""The official client before version 2: always opens with `initialize`."""

import asyncio
from typing import Any

from mcp import ClientSession, McpError, StdioServerParameters
from mcp.client.stdio import stdio_client

from scenario import Caller, ProtocolError, Reply, arguments, check, run


async def main() -> None:
    options = arguments()
    server = StdioServerParameters(command=options.server[0], args=options.server[1:])
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        opened = await session.initialize()
        check(opened.protocolVersion == "2025-11-25", f"spoke {opened.protocolVersion}")
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
