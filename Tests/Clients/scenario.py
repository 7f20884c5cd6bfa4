"""What every client does against the server, whatever its library calls things.

A client script turns its library into a `Caller` and hands it to `run`. The expectations are the same for all:
a tool that the intent allows answers, one call beyond the intent comes back as a failed result that says why, a tool
that does not exist is an error of the protocol, and calls at the same time do not mix.
"""

import argparse
import asyncio
import sys
from typing import Any, Awaitable, Callable, NamedTuple


class Reply(NamedTuple):
    """The result of one call."""

    text: str
    is_error: bool


class Caller(NamedTuple):
    """A client library, connected."""

    tools: list[str]
    call: Callable[[str, dict[str, Any]], Awaitable[Reply]]
    # Libraries that refuse to call what was not listed have none.
    has_unknown: bool


class ProtocolError(Exception):
    """The library raised what the server answered as an error."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", default="fs.read", help="a tool that takes `path`")
    parser.add_argument("--path", default="README.md", help="a file that the intent allows it to read")
    parser.add_argument("--contains", required=True, help="text of that file")
    parser.add_argument("--outside", default="../outside.txt", help="a file beyond the intent")
    parser.add_argument("--mode", default="auto", help="which era the client opens with, if it has a choice")
    parser.add_argument("server", nargs="+", help="the command that is an MCP server")
    return parser.parse_args()


def check(condition: bool, what: str) -> None:
    if not condition:
        sys.exit(f"FAILED: {what}")


async def run(caller: Caller, options: argparse.Namespace) -> None:
    check(options.tool in caller.tools, f"{options.tool} is not listed among {caller.tools}")
    check(len(set(caller.tools)) == len(caller.tools), f"a tool is listed twice: {caller.tools}")

    reply = await caller.call(options.tool, {"path": options.path})
    check(not reply.is_error, f"an allowed call failed: {reply.text}")
    check(options.contains in reply.text, f"the text of {options.path} is not in {reply.text!r}")

    reply = await caller.call(options.tool, {"path": options.outside})
    check(reply.is_error, f"a call beyond the intent succeeded: {reply.text}")
    check(len(reply.text.strip()) > 10, f"a denial does not say why: {reply.text!r}")
    denial = reply.text.strip().splitlines()[0]

    if caller.has_unknown:
        try:
            reply = await caller.call("no.such.tool", {})
        except ProtocolError:
            pass
        else:
            check(False, f"an unknown tool answered: {reply.text}")

    calls = [(n, options.path if n % 4 else options.outside) for n in range(32)]
    replies = await asyncio.gather(*(caller.call(options.tool, {"path": path}) for _, path in calls))
    for (number, path), reply in zip(calls, replies):
        check(reply.is_error == (path == options.outside), f"call {number} of 32 at once got another's answer")

    print(f"  {len(caller.tools)} tools, {len(calls) + 2} calls; a denial reads: {denial}")
