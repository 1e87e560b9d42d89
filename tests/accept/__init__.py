"""The promises, each with its figure and its bound. `make accept` prints them all."""
