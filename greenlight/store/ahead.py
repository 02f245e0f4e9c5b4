"""Reads what the first S3 client of a process would read, so that a fork of it need not."""

from __future__ import annotations

from functools import cache

import boto3
import botocore.loaders
import botocore.session


def read_ahead() -> None:
    """Parse the model of S3 once for all sessions to come; connects to nothing.

    Each boto3 session parses it anew, which takes 0.1 s; a flow run makes two of them.
    """
    # The name that sessions call: botocore.session has imported it from botocore.loaders.
    botocore.session.create_loader = cache(botocore.loaders.create_loader)
    session = boto3.Session("none", "none", region_name="us-east-1")
    session.client("s3", endpoint_url="http://127.0.0.1:1")
