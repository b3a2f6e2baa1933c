"""The lists that officers have put together and named."""
