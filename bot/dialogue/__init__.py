"""The talk itself: what decides the next step, how it is reached, and what answers while it is away."""
