"""The embedded stack: every service that Greenlight needs, on loopback, in one folder."""
