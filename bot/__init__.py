"""The product: one folder per noun, composed in bot/app.py."""
