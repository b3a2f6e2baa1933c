"""Officers: who works at the help desk, what each may do, and what each did with people's data."""
