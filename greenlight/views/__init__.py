"""Views: what is read for people and programs, from records, ledger and run state."""
