"""What Prometheus is told. No id and no words of a person ever stand in a label."""
