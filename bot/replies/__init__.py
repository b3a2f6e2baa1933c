"""Canned replies: texts that officers write once and use often."""
