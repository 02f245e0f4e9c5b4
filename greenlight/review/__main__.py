"""`python -m greenlight.review PORT`: the room of the stack that the environment describes."""

from __future__ import annotations

import sys

from greenlight.access.serving import serve
from greenlight.review.app import app_of
from greenlight.settings import load_profile

if __name__ == "__main__":
    serve(app_of(load_profile()), "127.0.0.1", int(sys.argv[1]), end_seconds=2)
