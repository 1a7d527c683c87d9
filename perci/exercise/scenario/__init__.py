"""What is played: a scenario as data, read from YAML that a lawyer can read and checked before anything runs."""
