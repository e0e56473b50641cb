"""Six critics on one product: what they may read, what they write, what of it stands, and the verdict."""
