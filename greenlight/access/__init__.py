"""Who may do what: roles, named principals with tokens, share links, and the audit of all that."""
