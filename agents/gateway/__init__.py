"""The one way to a model: which is asked, within which limits, over which wire, and what it answered."""
