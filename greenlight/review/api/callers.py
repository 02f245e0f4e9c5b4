"""Dependencies of the API's routes: the caller's visit, if they have the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPBearer

from greenlight.access.rights import Right
from greenlight.production.own_keys import PRODUCTION
from greenlight.review.visit import Visit, authorised

AT = "/productions/{production}"
BEARER = HTTPBearer(auto_error=False, description="A token or a share link's text.")
_PRODUCTION = Path(description="A production's id.", pattern=rf"^{PRODUCTION.pattern}$")


def _within(right: Right, verb: str) -> Callable[..., Visit]:
    """A caller who has this right in the production that the address names."""

    def entered(request: Request, production: Annotated[str, _PRODUCTION]) -> Visit:
        return authorised(request.app.state.room, request, right, verb, production)

    # For the test that holds every route against every role.
    entered.right = right  # type: ignore[attr-defined]
    return entered


def _anywhere(right: Right, verb: str) -> Callable[..., Visit]:
    """A caller who has this right in some production."""

    def entered(request: Request) -> Visit:
        return authorised(request.app.state.room, request, right, verb)

    entered.right = right  # type: ignore[attr-defined]
    return entered


Anywhere = Annotated[Visit, Depends(_anywhere("look", "look"))]
Quoter = Annotated[Visit, Depends(_anywhere("costs", "quote"))]
Submitter = Annotated[Visit, Depends(_anywhere("submit", "submit"))]
Viewer = Annotated[Visit, Depends(_within("look", "look"))]
Accountant = Annotated[Visit, Depends(_within("costs", "look at money"))]
Commenter = Annotated[Visit, Depends(_within("comment", "comment"))]
Decider = Annotated[Visit, Depends(_within("decide", "decide"))]
Editor = Annotated[Visit, Depends(_within("edit", "change shots"))]
Producer = Annotated[Visit, Depends(_within("money", "change money"))]
