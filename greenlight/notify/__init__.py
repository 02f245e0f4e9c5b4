"""Telling people outside: what is said, to whom, signed how, and the record of what was sent.

Knows nothing of Prefect: flows announce and send (`flows/notices.py`, `flows/notify.py`).
"""
