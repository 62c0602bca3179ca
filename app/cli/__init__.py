"""Attune in the terminal: one module per subcommand, all through the same core as the window."""
