"""A Prefect worker that forks each flow run from a warm process, in which everything is imported.

A cold flow process spends two to three seconds of a core on imports before its first line; a child
of the warm process spends a tenth of that. Linux only: elsewhere the process pool does the work.
"""

WORKER_TYPE = "greenlight-warm"
