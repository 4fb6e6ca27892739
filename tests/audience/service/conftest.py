"""A campaign that is customised, with feedback to go on with."""

import pandas as pd
import pytest

START = pd.Timestamp("2026-03-02", tz="UTC")


@pytest.fixture(scope="module")
def spring(make_service, fans):
    """A service with the campaign `spring`, customised, and its report."""
    made = make_service()
    made.create_campaign("spring", features={"category": "garden"})
    made.store.add_seeds("spring", fans[:200])
    steps = []
    report = made.customise("spring", steps.append)
    return made, report, steps


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    """Shows users a campaign, of whom some convert, and logs it."""

    def log(service, campaign_id, exposed, converted, name, until=30):
        events = [("exposure", START, user) for user in exposed]
        later = START + pd.Timedelta(days=1)
        events += [("conversion", later, user) for user in converted]
        frame = pd.DataFrame(events, columns=["kind", "time", "user_id"])
        frame["campaign_id"] = campaign_id
        frame["event_id"] = [f"{name}-{n}" for n in range(len(frame))]
        path = tmp_path_factory.mktemp("log") / f"{name}.parquet"
        frame.to_parquet(path, index=False)
        report = service.ingest_events(path)
        service.store.raise_watermark(START + pd.Timedelta(days=until))
        return report

    return log
