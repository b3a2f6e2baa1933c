"""Privacy: what is kept of one person, given out or erased; and how long things are kept at all."""
