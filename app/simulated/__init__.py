"""Simulated users: hidden tastes that rate real replies, to see from outside whether the memory learns them."""
