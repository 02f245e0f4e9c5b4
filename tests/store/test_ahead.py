"""What a fork of the warm process is spared."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from botocore.loaders import JSONFileLoader
from greenlight.store.objects import read_ahead
read_ahead()
def never(self, path, *_):
    sys.exit(f"{path} is read again")
JSONFileLoader._load_file = never
import boto3
from greenlight.settings import S3Settings
from greenlight.store.objects import connect
connect(S3Settings(endpoint_url="http://127.0.0.1:9", bucket="b", region="us-east-1",
                   access_key_id="a", secret_access_key="s"))
boto3.Session("a", "s", region_name="eu-west-1").client("s3", endpoint_url="http://127.0.0.1:9")
"""


def test_clients_made_after_reading_ahead_parse_nothing_again() -> None:
    # In a process of its own: reading ahead lasts as long as its process.
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
