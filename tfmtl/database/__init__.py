"""SQLite and PostgreSQL, as the jobs use them."""

from tfmtl.database.database import Database
from tfmtl.database.database import Staging
from tfmtl.database.insert_rows import insert_rows

__all__ = ["Database", "Staging", "insert_rows"]
