"""Faults on demand: what can go wrong (`catalogue`), whom it strikes and when (`rules`)."""

from greenlight.standin.faults.catalogue import FAULTS, Fault
from greenlight.standin.faults.force import Faults, Strike
from greenlight.standin.faults.rules import FaultRule
from greenlight.standin.faults.silence import Silence

__all__ = ["FAULTS", "Fault", "FaultRule", "Faults", "Silence", "Strike"]
