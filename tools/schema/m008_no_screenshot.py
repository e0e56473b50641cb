"""Why a page that only an eye can read has no picture."""

STATEMENTS = ()
COLUMNS = {"screenshots": ("why TEXT NOT NULL DEFAULT ''",)}  # with an empty PNG: why none could be taken
