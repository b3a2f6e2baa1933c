"""What runs inside Rasa's Python 3.10. Imports nothing of the other world; its root package there is `rasa_world`."""
