"""Batches: a table of briefs becomes a production a row, each row once.

A batch's records lie in the object store, written once; Prefect's work queue of the same name
carries its limit, its priority and its pause. A process that goes on with a batch (the command
line, the flow, recovery) reads the records, does what is missing, and may die at any time.
"""
