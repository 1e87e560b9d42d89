"""Tests: one file per module, real parts wherever a feature needs them."""
