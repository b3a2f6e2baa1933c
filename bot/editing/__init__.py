"""Articles edited in the console: drafts, publication through the replay check, history."""
