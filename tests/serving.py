"""An application behind a real socket, in a thread of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def serving(app: Any, port: int = 0, **config: Any) -> Iterator[str]:
    """Serves the application until the block ends; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", **config))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    (listens,) = server.servers[0].sockets
    yield f"http://127.0.0.1:{listens.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
