"""What a person takes home from a job. Rule: it needs nothing of this project to be read or run."""
