import datetime
import time

import pandas as pd
import pytest

from tfmtl.datasets import complete_journey
from tfmtl.datasets.complete_journey import coverage

LABELS = ["y_category", "y_product", "y_redeem"]


def test_says_where_the_data_are_from():
    text = " ".join(complete_journey.__doc__.split())
    assert (
        "Complete Journey 2.0, published as household data by 84.51°, "
        "described as simulated by the Python wrapper" in text
    )
    assert "749,961 rows of Type A are exposures to the pool" in text


# What data/complete_journey/README.md of the specification prints: distinct
# values, share of missing ones, first row.
STATISTICS = {
    "exposure_id": ("int64", 800_199, 0.0, 1),
    "household_id": ("int64", 1_559, 0.0, 68),
    "campaign_id": ("int64", 27, 0.0, 1),
    "campaign_type": ("object", 3, 0.0, "Type B"),
    "coupon_upc": ("int64", 981, 0.0, 51_111_030_050),
    "start_date": ("object", 25, 0.0, datetime.date(2017, 3, 3)),
    "campaign_days": ("int64", 15, 0.0, 37),
    "hist_days": ("int64", 23, 0.0, 61),
    "window_truncated": ("int8", 2, 0.0, 0),
    "coupon_department": ("object", 11, 0.0, "GROCERY"),
    "coupon_category": ("object", 158, 0.0, "MILK BY-PRODUCTS"),
    "coupon_manufacturer": ("int64", 323, 0.0, 69),
    "coupon_n_products": ("int64", 129, 0.0, 21),
    "coupon_n_categories": ("int64", 18, 0.0, 1),
    "coupon_n_manufacturers": ("int64", 20, 0.0, 1),
    "coupon_private_share": ("float64", 17, 0.0, 1.0),
    "hh_baskets_90d": ("int64", 167, 0.0, 45),
    # The specification counts 6,373 sums that differ in their last bits; to
    # the cent there are 6,291.
    "hh_spend_90d": ("float64", 6_291, 0.0, 710.08),
    "hh_stores_90d": ("int64", 14, 0.0, 4),
    "hh_coupon_lines_90d": ("int64", 87, 0.0, 4),
    "hh_private_share_90d": ("float64", 4_554, 0.013, 0.32941176470588235),
    "hh_days_since_last": ("float64", 91, 0.010, 6.0),
    "age": ("object", 6, 0.445, None),
    "income": ("object", 12, 0.445, None),
    "home_ownership": ("object", 4, 0.606, None),
    "marital_status": ("object", 2, 0.540, None),
    "household_size": ("object", 5, 0.445, None),
    "household_comp": ("object", 4, 0.445, None),
    "kids_count": ("object", 4, 0.445, None),
    "hist_covered_lines_90d": ("int64", 159, 0.0, 0),
    "hist_category_lines_90d": ("int64", 239, 0.0, 2),
    "y_category": ("int8", 2, 0.0, 1),
    "y_product": ("int8", 2, 0.0, 0),
    "y_redeem": ("int8", 2, 0.0, 0),
    "redemption_date": ("object", 262, 0.997, None),
}


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("complete_journey")


@pytest.fixture(scope="session")
def frame(cache_dir):
    """The whole table, built once: about 20 s."""
    return complete_journey.funnel(cache_dir=cache_dir)


@pytest.mark.slow
def test_the_funnel_has_the_specified_columns(frame):
    assert list(frame) == list(STATISTICS)
    assert len(frame) == 800_199


@pytest.mark.slow
@pytest.mark.parametrize("column", STATISTICS)
def test_a_column_has_the_specified_statistics(frame, column):
    dtype, distinct, missing, example = STATISTICS[column]
    values = frame[column]
    # Text is of a type of its own from pandas 3 on.
    assert values.dtype in ((dtype, "str") if dtype == "object" else (dtype,))
    assert values.nunique() == distinct
    assert values.isna().mean() == pytest.approx(missing, abs=0.0005)
    first = values.iloc[0]
    assert (None if pd.isna(first) else first) == example


@pytest.mark.slow
@pytest.mark.parametrize(
    ("campaign_type", "rows", "positives"),
    [
        ("Type A", 749_961, [264_638, 37_427, 1_698]),
        ("Type B", 37_727, [14_345, 2_131, 316]),
        ("Type C", 12_511, [5_067, 683, 61]),
    ],
)
def test_a_campaign_type_has_the_specified_positives(
    frame, campaign_type, rows, positives
):
    part = frame[frame["campaign_type"] == campaign_type]
    assert len(part) == rows
    assert part[LABELS].sum().tolist() == positives


@pytest.mark.slow
def test_the_funnel_has_the_specified_positives(frame):
    assert frame[LABELS].sum().tolist() == [284_050, 40_241, 2_075]


@pytest.mark.slow
def test_the_labels_nest(frame):
    assert (frame["y_product"] <= frame["y_category"]).all()
    assert (frame["y_redeem"] <= frame["y_product"]).all()


@pytest.mark.slow
def test_marks_the_specified_number_of_truncated_windows(frame):
    assert frame["window_truncated"].sum() == 20_714


@pytest.mark.slow
def test_the_funnel_is_sorted(frame):
    keys = frame[coverage.EXPOSURE]
    pd.testing.assert_frame_equal(keys, keys.sort_values(coverage.EXPOSURE))
    assert frame["exposure_id"].tolist() == list(range(1, len(frame) + 1))


@pytest.mark.slow
def test_the_time_split_has_the_specified_rows(frame):
    train, test = complete_journey.split_by_time(frame)
    assert [len(train), len(test)] == [539_704, 260_495]
    assert test[LABELS].sum().tolist() == [98_352, 14_693, 837]


@pytest.mark.slow
def test_the_gap_leaves_out_two_campaigns(frame):
    train, _ = complete_journey.split_by_time(frame)
    kept, _ = complete_journey.split_by_time(frame, gap=True)
    left_out = train.drop(kept.index)
    assert len(left_out) == 5_858
    assert set(left_out["campaign_id"]) == {14, 15}


@pytest.mark.slow
def test_the_second_call_is_quick(frame, cache_dir):
    start = time.process_time()
    again = complete_journey.funnel(cache_dir=cache_dir)
    assert time.process_time() - start < 2
    assert again.equals(frame)


@pytest.mark.slow
def test_rows_keeps_whole_households_of_the_table(frame, cache_dir):
    sample = complete_journey.funnel(100_000, cache_dir=cache_dir)
    chosen = frame["household_id"].isin(sample["household_id"])
    assert sample["exposure_id"].tolist() == (
        frame.loc[chosen, "exposure_id"].tolist()
    )
    assert 100_000 <= len(sample) < 102_000
