"""Backup and restore of everything that matters: the objects of productions, with what they say.

A backup is taken as of one moment, adds to what an earlier one holds, and never lets go of good
bytes; a restore never replaces what lies in the bucket. Prefect's database is not part of it: the
records are the truth, and recovery starts new runs from them.
"""

from greenlight.upkeep.backup.restore import Restored, restore
from greenlight.upkeep.backup.save import Saved, back_up
from greenlight.upkeep.backup.scope import Scope
from greenlight.upkeep.backup.volume import FolderVolume, S3Volume, Volume, open_volume

__all__ = [
    "FolderVolume",
    "Restored",
    "S3Volume",
    "Saved",
    "Scope",
    "Volume",
    "back_up",
    "open_volume",
    "restore",
]
