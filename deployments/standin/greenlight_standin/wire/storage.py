"""What of Cloud Storage's JSON API a client needs to fetch what was made into a bucket."""

from __future__ import annotations

import asyncio

from starlette.responses import JSONResponse, Response

from greenlight_standin.faults import Fault
from greenlight_standin.wire.call import Call
from greenlight_standin.wire.context import StandIn
from greenlight_standin.wire.errors import WireError


async def read(standin: StandIn, call: Call, fault: Fault | None) -> Response:
    """Answer `GET storage/v1/b/BUCKET/o/OBJECT`: what it is, or with `alt=media` its bytes."""
    bucket, name = call.request.path_params["bucket"], call.request.path_params["object"]
    found = standin.state.object(bucket, name)
    if found is None:
        raise WireError(404, f"No such object: {bucket}/{name}")
    if call.request.query_params.get("alt") != "media":
        return JSONResponse(
            {
                "kind": "storage#object",
                "bucket": bucket,
                "name": name,
                "contentType": found.mime,
                "size": str(found.size),
                "timeCreated": found.created,
            }
        )
    if fault and fault.expire:
        standin.state.expire_file(found.id)
        raise WireError(404, f"No such object: {bucket}/{name}")
    data = await asyncio.to_thread(standin.state.read_file, found.id)
    return Response(fault.spoil(data) if fault and fault.spoil else data, media_type=found.mime)
