"""The preference memory: one SQLite database, recall and learning. It knows neither Qt nor any model."""
