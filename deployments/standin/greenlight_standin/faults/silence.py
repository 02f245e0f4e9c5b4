"""Requests that get no answer."""

from __future__ import annotations

from typing import Literal


class Silence(Exception):
    """No answer is sent: the connection is closed at once (``dropped``) or kept open (``hung``)."""

    def __init__(self, outcome: Literal["dropped", "hung"]) -> None:
        super().__init__(outcome)
        self.outcome = outcome
