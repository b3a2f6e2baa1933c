"""Looking after an installation: backup and restore while it runs."""
