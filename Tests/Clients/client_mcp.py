"""The official client, version 2 and later: opens with `server/discover`, or with `initialize` if told so."""

import asyncio
from typing import Any

from mcp import Client, MCPError, StdioServerParameters

from scenario import Caller, ProtocolError, Reply, arguments, check, run


async def main() -> None:
    options = arguments()
    server = StdioServerParameters(command=options.server[0], args=options.server[1:])
    async with Client(server, mode=options.mode) as client:
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
