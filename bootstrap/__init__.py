"""What `./arkas` does before any environment exists: standard library only, Python 3.8 syntax."""
