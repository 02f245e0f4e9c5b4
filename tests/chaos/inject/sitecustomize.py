"""Loaded by every Python of a stack under test: arms the planned kill in the process it is for.

The harness puts this folder on PYTHONPATH, so that nothing of it is in shipped code. A process that
is neither a flow run nor a desk command pays for two look-ups in its environment.
"""

import os

if "CHAOS" in os.environ and ("PREFECT__FLOW_RUN_ID" in os.environ or "CHAOS_DESK" in os.environ):
    import chaos_hooks

    chaos_hooks.arm()
