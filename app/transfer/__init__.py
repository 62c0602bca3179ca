"""Conversations to and from files: exports to read elsewhere, imports of what was said elsewhere."""
