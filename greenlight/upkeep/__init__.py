"""Upkeep: verify, back up, restore, remove what is due, and wake what a crash left asleep."""
