"""Who has which ticket open just now."""
