"""From the outbox to the provider: claimed, tried outside any transaction, written down, tried again."""
