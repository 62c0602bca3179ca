"""Fitting the PersRM head: prompts, replies, teacher pass, fit, and how steering is checked."""
