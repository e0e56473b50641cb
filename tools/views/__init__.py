"""What is shown of a product and of two: the documents that exports, site, terminal and MCP servers share."""
