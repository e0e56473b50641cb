"""Products: whose pages and launches are, and what of them is proposed."""
