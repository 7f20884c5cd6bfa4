"""langchain-mcp-adapters: tools as LangChain sees them, called through one session."""

import asyncio
from typing import Any

from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools

from scenario import Caller, Reply, arguments, run


async def main() -> None:
    options = arguments()
    connection = {"transport": "stdio", "command": options.server[0], "args": options.server[1:]}
    client = MultiServerMCPClient({"agentbox": connection})
    async with client.session("agentbox") as session:
        tools = {tool.name: tool for tool in await load_mcp_tools(session)}

        async def call(name: str, values: dict[str, Any]) -> Reply:
            request = {"type": "tool_call", "id": "1", "name": name, "args": values}
            message = await tools[name].ainvoke(request)
            content = message.content
            text = content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
            return Reply(text, message.status == "error")

        await run(Caller(list(tools), call, has_unknown=False), options)


asyncio.run(main())
