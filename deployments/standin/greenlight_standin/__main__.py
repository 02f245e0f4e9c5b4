"""Command line of the stand-in."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from greenlight_standin.app import create_app
from greenlight_standin.config import StandInConfig, parse_pairs
from greenlight_standin.faults.scenario import read_scenario
from greenlight_standin.wire.admin_key import KEY_HEADER

ACCOUNT_FILE = "service-account.json"
"""Credentials of the enterprise platform, in the folder of the state."""

API_KEY_VARIABLE = "GREENLIGHT_STANDIN_API_KEY"
"""Not an option: everybody on a machine sees the arguments of its processes."""

_EPILOG = f"""
The unmodified google-genai SDK talks to it, and with enterprise=True, project, location and the
credentials of the service account that it gives out, it is the enterprise platform:
  genai.Client(api_key="any", http_options=HttpOptions(base_url="http://127.0.0.1:8900"))

{API_KEY_VARIABLE} in its environment is the only API key that it accepts (default: any).

While it runs, with the content of admin.key in the folder of its state as header {KEY_HEADER}:
  GET  /_standin/requests?role=image&paid=1&shot=sq010_sh0020   what was served
  GET  /_standin/requests?billed=1                              what is charged for
  GET  /_standin/health                                         is it up; needs no key
  PUT  /_standin/latency   {{"video": 0.5}}                       seconds per role
  POST /_standin/faults    {{"fault": "black", "role": "image", "times": 1, "match": "sh0020"}}
  GET  /_standin/faults                                         rules in force, faults known
  DELETE /_standin/faults                                       remove all rules
  PUT  /_standin/quotas    {{"*": 60}}                            paid requests a minute by model
  GET  /_standin/credentials                                    a service account
  PUT  /_standin/scenario  (a list of rules, YAML or JSON)      these rules and no others
"""


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop; 2 if an option was not understood or nothing can be drawn."""
    options = _parser().parse_args(argv)
    if missing := _cannot_draw():
        print(f"standin: {missing}", file=sys.stderr)
        return 2
    try:
        config = StandInConfig.model_validate(
            {
                "data": options.data,
                "seed": options.seed,
                "latency": parse_pairs(options.latency),
                "api_key": os.environ.get(API_KEY_VARIABLE) or None,
                "workers": options.workers,
                "memory": options.memory,
                "models": parse_pairs(options.models),
                "quotas": parse_pairs(options.quotas),
                "scenario": read_scenario(options.scenario) if options.scenario else (),
            }
        )
        app = create_app(config)
        if options.data:
            account = app.state.standin.account
            account.write(options.data / ACCOUNT_FILE, f"http://{options.host}:{options.port}")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        print(f"standin: {where}: {first['msg'].removeprefix('Value error, ')}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"standin: {error}", file=sys.stderr)
        return 2
    print(f"standin: admin key in {app.state.standin.admin.path}", file=sys.stderr)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=options.host,
            port=options.port,
            log_level=options.log_level,
            access_log=False,
            # A hanging fault must not keep a stopped server alive.
            timeout_graceful_shutdown=2,
        )
    )
    # uvicorn raises the signal again once it has shut down; being told to stop is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    server.run()
    return 0 if server.started else 1


def _cannot_draw() -> str:
    """Why Skia cannot be loaded here, or ``""``: said at the start, not at the first picture."""
    try:
        from greenlight_standin.drawing.skia_loading import skia  # noqa: F401
    except (ImportError, OSError, ValueError) as error:
        return f"Skia, which it draws with, cannot be loaded: {error}"
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m greenlight_standin",
        description="A stand-in for the Gemini services: it speaks their wires and draws.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default: loopback)")
    parser.add_argument("--port", type=int, default=8900, help="port to bind (default: 8900)")
    parser.add_argument(
        "--data", type=Path, help="folder of its state, kept over restarts (default: temporary)"
    )
    parser.add_argument("--seed", type=int, default=0, help="changes every picture (default: 0)")
    parser.add_argument(
        "--latency",
        default="",
        metavar="ROLE=S,…",
        help="least seconds per role (default: text=0.4,image=1.0,video=4.0)",
    )
    parser.add_argument(
        "--workers", type=int, default=2, help="stills and clips drawn at a time (default: 2)"
    )
    parser.add_argument(
        "--memory",
        type=int,
        default=0,
        metavar="MB",
        help="answer the same request from memory, up to so much (default: 0, draw it again)",
    )
    parser.add_argument(
        "--models",
        default="",
        metavar="NAME=ROLE,…",
        help="more models to answer for; roles are text, image, video, speech, embedding",
    )
    parser.add_argument(
        "--quotas",
        default="",
        metavar="MODEL=N,…",
        help="paid requests a minute by model, * for all others (default: no limit)",
    )
    parser.add_argument(
        "--scenario",
        type=Path,
        metavar="FILE",
        help="fault rules in force from the start: a list in YAML or JSON",
    )
    parser.add_argument("--log-level", default="warning", help="uvicorn's level (default: warning)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
