"""Known incidents: many like questions in a short time, noticed, confirmed, told to people, and ended."""
