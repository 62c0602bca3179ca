"""Alembic migrations, run from code: see ``memory.database``. There is no ini file.

``versions/*.py`` are read from disk by Alembic, so a bundle must carry this package's sources as data files.
"""
