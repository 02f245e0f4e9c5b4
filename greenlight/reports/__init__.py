"""Numbers that a producer can act on, computed from records and ledger alone."""
