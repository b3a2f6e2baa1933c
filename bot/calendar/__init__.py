"""Service hours, holidays and the promise of the next attention."""
