"""All that talks to a model, or runs what one wrote."""
