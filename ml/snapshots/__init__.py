"""Pictures of a network's inside, taken while it trains: one file per kind."""
