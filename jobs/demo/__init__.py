"""The demo's world: two days of made-up sites, feeds and APIs in the real ones' formats. See README.md for its traps."""
