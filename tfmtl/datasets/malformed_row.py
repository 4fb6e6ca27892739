"""A row that cannot be read, while it is not known where it stands."""


class MalformedRow(ValueError):
    """A row of a chunk that cannot be read.

    Args:
        row: Its number in the chunk.
        column: Name of the column at fault.
        expected: A sentence on what was expected.
        value: What was found.
    """

    def __init__(self, row: int, column: str, expected: str, value: object):
        super().__init__(expected)
        self.row = row
        self.column = column
        self.expected = expected
        self.value = value
