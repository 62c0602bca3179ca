"""How an answer came about, and two answers side by side."""
