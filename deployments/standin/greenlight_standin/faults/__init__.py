"""Faults on demand: what can go wrong (`catalogue`), whom it strikes and when (`rules`)."""

from greenlight_standin.faults.catalogue import FAULTS, Fault
from greenlight_standin.faults.force import Faults, Strike
from greenlight_standin.faults.rules import FaultRule
from greenlight_standin.faults.silence import Silence

__all__ = ["FAULTS", "Fault", "FaultRule", "Faults", "Silence", "Strike"]
