"""How the assembled system starts, runs and stops."""
