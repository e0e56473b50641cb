"""One run of the code-writing agent: its task, its sandbox, its tools, its trace."""
