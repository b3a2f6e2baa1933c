"""The outbox: what has to be done outside a transaction, written down inside it."""
