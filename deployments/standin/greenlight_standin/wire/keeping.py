"""What callers leave with the service: files they upload, and contexts they keep."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse

from greenlight_standin.faults import Fault
from greenlight_standin.state import StoredFile, now
from greenlight_standin.wire.bodies import content_prompt, field
from greenlight_standin.wire.call import Call
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError
from greenlight_standin.wire.usage import prompt_details

_COMMAND, _STATUS, _URL = "x-goog-upload-command", "X-Goog-Upload-Status", "X-Goog-Upload-URL"
_KIND = "x-goog-upload-header-content-type"


async def upload(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer the resumable upload: `start` gives an address, to which the bytes come in pieces."""
    request = call.request
    command = request.headers.get(_COMMAND, "")
    if "start" in command:
        ident = secrets.token_hex(8)
        standin.uploads[ident] = (request.headers.get(_KIND, "application/octet-stream"), b"")
        where = f"{request.url.scheme}://{request.headers.get('host', '')}{request.url.path}"
        headers = {_STATUS: "active", _URL: f"{where}?upload_id={ident}"}
        return JSONResponse({}, headers=headers)
    ident = request.query_params.get("upload_id", "")
    if ident not in standin.uploads:
        raise WireError(404, f"There is no upload {ident!r}.")
    kind, data = standin.uploads[ident]
    data += await request.body()
    if "finalize" not in command:
        standin.uploads[ident] = (kind, data)
        return JSONResponse({}, headers={_STATUS: "active"})
    del standin.uploads[ident]
    stored = standin.state.store_file(data, kind, None)
    host = request.headers.get("host", "")
    return JSONResponse({"file": described(stored, host, "UPLOADED")}, headers={_STATUS: "final"})


def described(file: StoredFile, host: str, source: str) -> dict[str, Any]:
    """A file as the service describes it."""
    return {
        "name": f"files/{file.id}",
        "mimeType": file.mime,
        "sizeBytes": str(file.size),
        "createTime": file.created,
        "state": "ACTIVE",
        "source": source,
        "uri": f"https://{host}/v1/files/{file.id}",
    }


async def cache(standin: StandIn, call: Call, fault: Fault | None) -> JSONResponse:
    """Answer `cachedContents`: the context is counted and named; nothing is drawn from it."""
    prompt = content_prompt(call.body)
    ttl = str(field(call.body, "ttl") or "3600s").removesuffix("s")
    if not ttl.replace(".", "", 1).isdigit():
        raise WireError(400, f"Invalid ttl {field(call.body, 'ttl')!r}: it is written like '300s'.")
    until = datetime.now(UTC) + timedelta(seconds=float(ttl))
    count = sum(item["tokenCount"] for item in prompt_details(prompt))
    return JSONResponse(
        {
            "name": f"cachedContents/{secrets.token_hex(8)}",
            "model": call.body.get("model"),
            "createTime": now(),
            "updateTime": now(),
            "expireTime": until.isoformat().replace("+00:00", "Z"),
            "usageMetadata": {"totalTokenCount": count},
        }
    )
