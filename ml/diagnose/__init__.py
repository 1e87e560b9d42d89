"""What is wrong with a training, in words, told by its own entries while it trains."""
