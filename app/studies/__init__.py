"""Studies: definitions checked, jobs made and steered together, tables derived from their logs."""
