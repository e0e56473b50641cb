"""Telling people only what matters to them: rules and targets of scout.toml, what a rule is about, messages.

rules, entries: what stands in scout.toml, checked. matching: what of the change log a rule wants. messages: one message
as data, text and HTML. targets: where messages go, one sort a file, found by being there. What was found and how each
message fared is kept by tools.store.notices; jobs.notify does the work.
"""
