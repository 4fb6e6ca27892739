"""What is to be said of the data wherever they are used."""

PROVENANCE = (
    "Complete Journey 2.0 (published as household data by 84.51°, described "
    "as simulated by the Python wrapper)"
)
