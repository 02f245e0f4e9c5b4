"""Screenplays: Fountain and Final Draft files become scenes, of which a brief takes some."""
