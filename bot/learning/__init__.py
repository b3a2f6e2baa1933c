"""Learning from talks: what officers decide about questions, what that changes, and where articles are missing."""
