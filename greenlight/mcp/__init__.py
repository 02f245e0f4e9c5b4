"""The MCP server: agents read, quote, submit under a ceiling and propose; people decide."""
