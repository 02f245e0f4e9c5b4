"""Judging: a picture is measured against the shot it was asked for."""
