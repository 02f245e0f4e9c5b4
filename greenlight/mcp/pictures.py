"""Pictures and files in answers: stills as small pictures, everything that plays as a link."""

from __future__ import annotations

import base64

from fastmcp.tools.base import ToolResult
from mcp_types import ContentBlock, ImageContent, ResourceLink
from pydantic import BaseModel

from greenlight.media.framing import framed_still
from greenlight.media.stills import fitted
from greenlight.production.records import TakeRecord
from greenlight.workspace import Workspace

TAKE_PIXELS = 768
"""The longer side of a take: enough to judge a frame by, about a thousand tokens of most models."""
SHEET_PIXELS = 1568
"""The longer side of a contact sheet: what most models scale larger pictures down to."""


def picture(data: bytes, pixels: int) -> ImageContent:
    """The picture as content, at most so many pixels a side."""
    jpeg = base64.b64encode(fitted(data, pixels)).decode()
    return ImageContent(type="image", data=jpeg, mime_type="image/jpeg")


def shown(workspace: Workspace, record: TakeRecord, link: str) -> ContentBlock:
    """A still as a picture, frame lines and all, and a clip or cut as the link that plays it."""
    if record.mime.startswith("image/"):
        data = workspace.store.get_exactly(record.key, record.sha256)
        framing = workspace.production.framing
        if framing.cropped and record.id.kind == "frame":
            data = framed_still(data, framing.delivery, TAKE_PIXELS)
        return picture(data, TAKE_PIXELS)
    return ResourceLink(
        type="resource_link",
        uri=link,
        name=record.take,
        mime_type=record.mime,
        size=record.size,
    )


def answer(said: BaseModel, *content: ContentBlock) -> ToolResult:
    """An answer with its pictures and links."""
    return ToolResult(content=list(content), structured_content=said.model_dump(mode="json"))
