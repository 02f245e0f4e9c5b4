"""The MCP server: agents look, quote, submit under a ceiling, comment and propose; people decide."""
