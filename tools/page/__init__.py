"""Reading one page: pure, from its parsed tree down."""
