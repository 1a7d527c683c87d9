"""What is on record, done again by the acts of this build in an empty database: what differs is listed."""
