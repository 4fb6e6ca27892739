import argparse

import pytest

from pipeline.components.count_argument import count_or_all


def test_reads_a_number_or_all():
    assert count_or_all("12") == 12
    assert count_or_all("all") is None


@pytest.mark.parametrize("text", ["0", "-3", "1.5", "some", ""])
def test_refuses_what_is_no_number_of_things(text):
    with pytest.raises(argparse.ArgumentTypeError, match="positive whole"):
        count_or_all(text)
