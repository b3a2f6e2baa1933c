"""When something that must not stand still was last seen alive, told to whoever watches from another process."""
