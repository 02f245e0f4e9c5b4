"""The Prefect server, started while its database is still starting.

Run as `python -m greenlight.local.prefect_server BIN SOCKET PORT`. Importing the server takes
seconds and needs no database, so it happens beside PostgreSQL's own start; only then is the
database waited for.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from greenlight.local.door import Door
from greenlight.local.postgres import accepts


def main(bin_folder: Path, socket: Path, port: int) -> None:
    """Serve Prefect's API and dashboard on a loopback port until told to stop.

    The auth string is that of `PREFECT_SERVER_API_AUTH_STRING`.
    """
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    server = get_current_settings().server
    if server.api.auth_string is None:
        sys.exit("PREFECT_SERVER_API_AUTH_STRING is not set")
    app = Door(create_app(final=True), server.api.auth_string.get_secret_value(), port)
    while not accepts(bin_folder, socket):
        time.sleep(0.05)
    # As `prefect server start` does, without loading its command line.
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        timeout_keep_alive=server.api.keepalive_timeout,
        ws_ping_interval=server.api.websocket_ping_interval,
        ws_ping_timeout=server.api.websocket_ping_timeout,
        log_level=server.logging_level.lower(),
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
