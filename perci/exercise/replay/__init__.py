"""What is on record, done again by the acts of this build in an empty database: what comes out differently is listed."""
