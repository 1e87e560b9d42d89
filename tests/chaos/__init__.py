"""Chaos: real jobs while everything around them is killed, frozen, filled, taken away and set wrong.

`python -m tests.chaos --faults 200 --seed 1`. A fault is one small function; what must hold after each is
said once, in `judge`, `truth` and `leaks`.
"""
