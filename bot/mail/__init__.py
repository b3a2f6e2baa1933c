"""Mail out and in: composed, signed, threaded, classified; raw mail is kept."""
