"""The flows: order, fan-out and gates; a cold process that imports one begins its traces here."""

from greenlight.tracing import begin

begin()
