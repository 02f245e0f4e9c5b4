"""The command line: the desk's verbs, the embedded stack and the demo, for people and programs.

Command modules import the desk inside their functions, so that `greenlight --help` stays quick.
"""

from greenlight.cli.entry import main

__all__ = ["main"]
