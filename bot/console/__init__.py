"""The officers' console: pages under /petugas for who is signed in."""
