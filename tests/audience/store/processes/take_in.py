"""Does all that is to be done; what has been done is found out."""

from tfmtl import audience

GIVEN = globals()["given"]
store = audience.CampaignStore(GIVEN["url"], min_seeds=2)
if not store.campaigns():
    store.create_campaign("spring")
store.ingest_seeds("spring", GIVEN["folder"] / "seeds.txt")
for name in ("first.parquet", "second.jsonl"):
    store.ingest_events(GIVEN["folder"] / name)
store.draw_training_set("spring", range(GIVEN["pool"]), ratio=2)
store.close()
