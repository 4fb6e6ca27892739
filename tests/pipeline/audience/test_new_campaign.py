import datetime
import json

import numpy as np
import pytest

from pipeline.audience import new_campaign
from pipeline.audience import prepare
from pipeline.audience.campaign_split import split_of
from pipeline.components.split_files import write_splits

NOW = datetime.datetime(2025, 3, 9, 12, tzinfo=datetime.timezone.utc)


@pytest.fixture
def campaign(source, tmp_path):
    rows = source.rows
    for number in range(12):  # each has more responses than the one before
        is_more = rows["campaign_id"] == str(number)
        is_more &= rows["user_id"].between(50, 50 + number)
        rows.loc[is_more, "responds"] = 1
    source = source._replace(rows=rows[rows["user_id"] >= 10])
    write_splits(tmp_path / "data", {}, lambda: prepare.cut(source))
    return new_campaign.new_campaign(tmp_path / "data")


def test_takes_the_held_out_campaign_with_most_responses(campaign):
    held_out = [n for n in range(12) if split_of(str(n)) == "eval"]
    assert campaign.campaign_id == f"campaign-{max(held_out)}"


def test_seeds_are_half_of_those_who_respond_and_the_rest_is_hidden(campaign):
    hidden = campaign.eligible[campaign.eligible == 1].index
    assert abs(len(campaign.seeds) - len(hidden)) <= 1
    assert not set(campaign.seeds) & set(campaign.eligible.index)
    assert campaign.excluded.tolist() == list(range(10))


def test_the_log_tells_what_became_of_those_who_were_shown(campaign, tmp_path):
    shown = campaign.eligible.index.to_numpy()[:20]
    new_campaign.write_log(tmp_path / "log.jsonl", campaign, shown, NOW)
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    exposed = [e["user_id"] for e in events if e["kind"] == "exposure"]
    assert exposed == shown.tolist()
    converted = [e["user_id"] for e in events if e["kind"] == "conversion"]
    np.testing.assert_array_equal(
        converted, shown[campaign.eligible[shown] == 1]
    )
    times = [datetime.datetime.fromisoformat(e["time"]) for e in events]
    assert max(times) < NOW
    old = [time < NOW - datetime.timedelta(days=2) for time in times]
    assert 0.8 < np.mean(old) < 1
