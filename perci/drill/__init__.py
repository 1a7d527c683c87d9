"""The drill: one order at night to an engineer's own receiver, while things break shortly before the hour ends."""
