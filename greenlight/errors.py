"""Every error that Greenlight raises on purpose.

Each class carries the exit code of the command line (documented in the README): programs branch on
the code, people read the message. A message names the value and what is allowed.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class GreenlightError(Exception):
    """Root of all errors raised on purpose."""

    exit_code: ClassVar[int] = 1


class InvalidInput(GreenlightError):
    """Something from outside (brief, table, option, environment) is not what is allowed."""

    exit_code = 2


class NotFound(GreenlightError):
    """A production, shot or take of that name does not exist."""

    exit_code = 3


class DecisionNeeded(GreenlightError):
    """The work waits for people, and this is not a terminal to ask at."""

    exit_code = 4


class Refused(GreenlightError):
    """A decision or request was understood and is not allowed as things stand."""

    exit_code = 5


class Forbidden(GreenlightError):
    """The caller may not do that, or could not show who they are."""

    exit_code = 12


class ServiceUnavailable(GreenlightError):
    """A service that is needed (Prefect, S3, models, Postgres) does not answer."""

    exit_code = 6


class Stalled(ServiceUnavailable):
    """A service has been away for long: it is asked again at `until`, and nothing is lost."""

    def __init__(self, reason: str, until: datetime) -> None:
        super().__init__(reason)
        self.until = until


class StackError(GreenlightError):
    """The embedded stack could not be started or stopped."""

    exit_code = 7


class ProductionFailed(GreenlightError):
    """A production ended in failure."""

    exit_code = 8


class HeldByMoney(GreenlightError):
    """A budget or an approval is used up: free work goes on, paid work waits for people."""

    exit_code = 11


class UnknownSchema(GreenlightError):
    """A record was written by a newer release than this one."""

    exit_code = 9


class IntegrityError(GreenlightError):
    """Stored bytes are not the bytes that were recorded."""

    exit_code = 10
