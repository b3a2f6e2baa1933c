"""Starting, watching and stopping the processes, and knowing what must be trained first."""
