"""The MCP door: agents look, quote, submit under a ceiling, comment and propose; people decide."""
