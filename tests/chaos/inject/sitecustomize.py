"""Loaded by every Python of a stack under test: arms the planned kill in the process it is for.

The harness puts this folder on PYTHONPATH, so that nothing of it is in shipped code. A process that
is neither a flow run, nor forks them, nor a desk command pays for some look-ups.
"""

import os
import sys

if "CHAOS" in os.environ:
    if "deployments.warm.zygote" in sys.orig_argv:
        from tests.chaos.inject import hooks

        hooks.arm_children()
    elif "PREFECT__FLOW_RUN_ID" in os.environ or "CHAOS_DESK" in os.environ:
        from tests.chaos.inject import hooks

        hooks.arm()
