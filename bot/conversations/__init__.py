"""Conversations: stored before they are answered."""
