"""Jobs: their states, the supervisor that gives them to workers, and the workers that train."""
