"""pydantic-ai: its toolset directly, and an agent whose model (TestModel) calls tools without a network."""

import asyncio
from typing import Any

from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ToolReturnPart
from pydantic_ai.models.test import TestModel

from scenario import Caller, Reply, arguments, check, run


async def main() -> None:
    options = arguments()
    toolset = MCPToolset(StdioTransport(options.server[0], options.server[1:]))
    async with toolset:
        tools = [tool.name for tool in await toolset.list_tools()]

        async def call(name: str, values: dict[str, Any]) -> Reply:
            try:
                result = await toolset.direct_call_tool(name, values)
            except Exception as error:  # noqa: BLE001 - a failed result and a protocol error look the same here
                return Reply(str(error), True)
            return Reply(str(result), False)

        await run(Caller(tools, call, has_unknown=False), options)

    # TestModel makes up arguments that fit the schema and calls each tool that it is told to.
    agent = Agent(TestModel(call_tools=[options.tool]), toolsets=[toolset], retries=3)
    try:
        async with agent:
            outcome = await agent.run("Read the file.")
        parts = [part for message in outcome.all_messages() for part in message.parts]
        returned = [part for part in parts if isinstance(part, ToolReturnPart)]
        check(bool(returned), "the agent called no tool")
    except Exception as error:  # noqa: BLE001
        # The file that the model makes up does not exist: the refusal must have reached the model, and then the agent.
        check("exceeded" in str(error) and options.tool in str(error), f"the agent failed: {error!r}")


asyncio.run(main())
