"""Attune on the desktop: one instance per data folder, tray icon, quick question, notifications."""
