"""What is run, in order, and nothing else."""
