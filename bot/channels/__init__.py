"""Channels: Telegram and WhatsApp behind one small port. An adapter only renders; the words come from the dialogue."""
