import pytest

from tfmtl.datasets import windows


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"targets": []}, "one target or more"),
        ({"targets": ["a"], "facts": ["b"]}, "among the facts.*facts=.'b',."),
        ({"targets": ["a", "a"]}, "name of its own"),
        ({"targets": ["day"]}, "name of its own"),
        ({"targets": ["a"], "active_days": "a"}, "name of its own"),
        ({"targets": ["a"], "history": 0}, "one day or more.*history=0"),
        ({"targets": ["a"], "ahead": 0}, "one day or more.*ahead=0"),
    ],
)
def test_a_spec_that_cannot_be_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        windows.WindowSpec(**options)
