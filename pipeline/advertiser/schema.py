"""Where the curated schema is."""

from pathlib import Path

PATH = Path(__file__).with_name("schema.pbtxt")
