"""The fields of Ali-CCP that AITM and PIMM use, and their tasks."""

from tfmtl.tasks import BinaryTask

# Size of each field's vocabulary, the 0 for "unknown" included, on the full
# data with ids of at least 12 occurrences; in the order of the models' input.
VOCABULARY_SIZES = {
    "101": 238_635,
    "121": 98,
    "122": 14,
    "124": 3,
    "125": 8,
    "126": 4,
    "127": 4,
    "128": 3,
    "129": 5,
    "205": 467_298,
    "206": 6_929,
    "207": 263_942,
    "216": 106_399,
    "508": 5_888,
    "509": 104_830,
    "702": 51_878,
    "853": 37_148,
    "301": 4,
}
FIELDS = tuple(VOCABULARY_SIZES)
REMEDY = "Unpack the file of Tianchi's data set 408 again, or mend the line."
TASKS = (BinaryTask("click"), BinaryTask("purchase", parent="click"))
