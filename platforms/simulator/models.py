"""A simulated platform and what it means to do."""
