"""Articles: suggested in talks, shown on pages, voted on."""
