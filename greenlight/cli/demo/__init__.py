"""The demo: the embedded stack, one brief, every gate, and a cut at the end."""

from greenlight.cli.demo.run import Choices, run

__all__ = ["Choices", "run"]
