"""The demo: the embedded stack, one brief, every gate, and a cut at the end."""
