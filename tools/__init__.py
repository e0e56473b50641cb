"""What needs neither a model nor MCP: fetching, reading, storing, exporting."""

__version__ = "0.1.0"
