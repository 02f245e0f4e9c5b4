"""Middleware: refuses bad arguments before a tool begins, and cleans every answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastmcp import FastMCP
from fastmcp.exceptions import NotFoundError, ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import ToolResult
from mcp_types import TextContent
from pydantic import ValidationError as Invalid

from greenlight.errors import InvalidInput
from greenlight.mcp.calls import Calls, ToolRefused
from greenlight.mcp.meaning import as_meant, demand_known, within_limits
from greenlight.mcp.texts import cleaned
from greenlight.production.problems import sentences

Context = MiddlewareContext[Any]
Next = CallNext[Any, Any]

_NAME = 60


class Edge(Middleware):
    """Refuses arguments that are too large, unknown or of another type; bounds what is answered."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    async def on_call_tool(self, context: Context, call_next: Next) -> ToolResult:
        """A tool that is there, with arguments of its types and of a size that makes sense."""
        name, arguments = context.message.name, context.message.arguments or {}
        async with self._guarded(name, f"tool {name[:_NAME]!r} not found", arguments):
            tool = await _server(context).get_tool(name)
            if tool is not None:
                arguments = as_meant(arguments, tool.parameters)
                within_limits(arguments)
            message = context.message.model_copy(update={"arguments": arguments})
            return _cleaned(await call_next(context.copy(message=message)))

    async def on_read_resource(self, context: Context, call_next: Next) -> Any:
        """A resource that is there."""
        uri = str(context.message.uri)
        async with self._guarded("read", f"resource {uri[:200]!r} not found", {"uri": uri}):
            return await call_next(context)

    async def on_get_prompt(self, context: Context, call_next: Next) -> Any:
        """A prompt that is there, with its arguments."""
        name, arguments = context.message.name, context.message.arguments or {}
        missing = f"prompt {name[:_NAME]!r} not found"
        async with self._guarded(f"prompt {name}", missing, arguments):
            prompt = await _server(context).get_prompt(name)
            takes = prompt.arguments or [] if prompt is not None else []
            demand_known(arguments, [one.name for one in takes])
            for one in takes:
                if one.required and _is_blank(arguments.get(one.name)):
                    about = (one.description or "").partition("\n")[0]
                    raise InvalidInput(f"missing argument {one.name!r}: {about}")
            return await call_next(context)

    @asynccontextmanager
    async def _guarded(
        self, verb: str, missing: str, arguments: Mapping[str, Any]
    ) -> AsyncIterator[None]:
        """Puts whatever is refused here into words, and on record."""
        try:
            within_limits(arguments)
            yield
        except ToolRefused:
            raise
        except InvalidInput as error:
            raise await self._refused(verb, str(error), arguments) from error
        except NotFoundError as error:
            raise await self._refused(verb, missing, arguments) from error
        except ValidationError as error:
            # A resource's address is all that it is asked with: one that does not fit is not there.
            said = missing if verb == "read" else _said(error)
            raise await self._refused(verb, said, arguments) from error

    async def _refused(self, verb: str, sentence: str, arguments: Mapping[str, Any]) -> ToolRefused:
        named = arguments.get("production", "")
        subject = named if isinstance(named, str) else ""
        return await asyncio.to_thread(self.calls.refuse, verb, subject, sentence)


def _server(context: Context) -> FastMCP[Any]:
    """The server that a message came to."""
    assert context.fastmcp_context is not None
    return context.fastmcp_context.fastmcp


def _cleaned(result: ToolResult) -> ToolResult:
    """The answer with its texts cleaned and bounded, twice: as data, and for clients without."""
    said = cleaned(result.structured_content)
    text = TextContent(type="text", text=json.dumps(said, ensure_ascii=False))
    pictures = [block for block in result.content if not isinstance(block, TextContent)]
    return ToolResult(content=[text, *pictures], structured_content=said)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and value.strip() in ("", "null"))


def _said(error: ValidationError) -> str:
    """One line for all arguments that are not of their types, without what was handed in."""
    cause = error.__cause__
    return sentences(cause, echo=False) if isinstance(cause, Invalid) else str(error)
