"""What reporters think of how their ticket was solved: one vote a ticket, changeable, with a comment."""
