"""Parses the feature strings of Ali-CCP, a chunk of rows at a time.

A string is a list of entries joined by the byte 1, an entry is
`field, byte 2, id, byte 3, value`. All work is done on the bytes of a whole
chunk at once, as Python would take minutes where this takes seconds.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tfmtl.datasets.ali_ccp_schema import FIELDS
from tfmtl.datasets.malformed_row import MalformedRow

MISSING = -1
_MARKS = (2, 3, 1)
_MAX_DIGITS = 10
_LARGEST_ID = np.iinfo(np.int32).max
# The place of a field by its number; fields that are not used are -1.
_PLACES = np.full(1000, -1, np.int8)
_PLACES[[int(field) for field in FIELDS]] = range(len(FIELDS))


def parse(strings: pa.BinaryArray) -> np.ndarray:
    """Returns the ids of the 18 fields, `(rows, 18)` int32.

    A field that a row lacks is `MISSING`; of one that it has twice the last
    counts, as in AITM's script. Values are ignored.

    Raises:
        MalformedRow: An entry lacks a part, or an id is not a whole number.
    """
    # With a mark behind every row, each entry ends in one.
    ended = pc.binary_join_element_wise(strings, b"", b"\x01")
    bounds, text = _buffers(ended)
    entries = np.flatnonzero(text <= 3)
    marks = text[entries]
    wrong = np.empty(len(entries), bool)
    for place, mark in enumerate(_MARKS):
        wrong[place::3] = marks[place::3] != mark
    if wrong.any():
        at = entries[np.argmax(wrong)]
        row = int(np.searchsorted(bounds[1:], at, "right"))
        raise MalformedRow(
            row,
            "features",
            r"Features must be entries of field, \x02, id, \x03, value, "
            r"joined by \x01.",
            strings[row].as_py(),
        )
    field_ends, id_ends, ends = entries.reshape(-1, 3).T
    starts = np.concatenate([[0], ends[:-1] + 1])
    last = np.searchsorted(ends, bounds[1:])
    owners = np.repeat(np.arange(len(strings)), np.diff(last, prepend=0))
    places = _field_places(text, starts, field_ends)
    kept = np.flatnonzero(places >= 0)
    ids, good = _numbers(text, field_ends[kept] + 1, id_ends[kept])
    if not good.all():
        entry = kept[np.argmin(good)]
        raise MalformedRow(
            int(owners[entry]),
            "features",
            f"An id must be a whole number from 0 to {_LARGEST_ID}.",
            text[starts[entry] : ends[entry]].tobytes(),
        )
    values = np.full((len(strings), len(FIELDS)), MISSING, np.int32)
    values[owners[kept], places[kept]] = ids
    return values


def _buffers(strings: pa.BinaryArray) -> tuple[np.ndarray, np.ndarray]:
    """Returns where rows begin and end, and the text of all, uncopied."""
    _, offsets, text = strings.buffers()
    first = strings.offset
    bounds = np.frombuffer(offsets, np.int32)[first : first + len(strings) + 1]
    letters = np.frombuffer(text, np.uint8)[bounds[0] : bounds[-1]]
    return bounds - bounds[0], letters


def _field_places(
    text: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """Returns the place among the 18 of each entry's field, or -1."""
    places = np.full(len(starts), -1, np.int8)
    # The fields in use are numbers of three digits; others, such as 109_14
    # and 150_14, are told apart by their length.
    three = np.flatnonzero(ends - starts == 3)
    codes = np.zeros(len(three), np.int64)
    good = np.ones(len(three), bool)
    for place in range(3):
        digits = text[starts[three] + place] - np.uint8(48)
        good &= digits <= 9
        codes = codes * 10 + digits
    places[three[good]] = _PLACES[codes[good]]
    return places


def _numbers(
    text: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Reads whole numbers; also returns which of them could be read."""
    lengths = ends - starts
    good = (lengths > 0) & (lengths <= _MAX_DIGITS)
    numbers = np.zeros(len(starts), np.int64)
    for place in range(min(lengths.max(initial=0), _MAX_DIGITS)):
        within = lengths > place
        digits = text[np.where(within, starts + place, 0)] - np.uint8(48)
        good &= ~within | (digits <= 9)
        numbers = np.where(within, numbers * 10 + digits, numbers)
    return numbers, good & (numbers <= _LARGEST_ID)
