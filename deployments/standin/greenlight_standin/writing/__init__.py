"""Text: a brief becomes a shot list made of its own words."""
