"""What a sandbox provider's engineers see of the wire: every exchange, why it was not accepted, and it again."""
