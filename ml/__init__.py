"""Training: configuration, data, models and the loop that yields typed entries. Never imports `app`."""
