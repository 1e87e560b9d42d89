"""Architectures as lists of layer records: the sheet and the module come from the same list."""
