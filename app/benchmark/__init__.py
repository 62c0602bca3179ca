"""How quick the window is: made-up history, an engine that writes at a fixed pace, and the clock beside them."""
