"""The commands of `python -m tfmtl.audience`."""
