"""One module per schema version, in the order of its number. A published one is never edited."""
