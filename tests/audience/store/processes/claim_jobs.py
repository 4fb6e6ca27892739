"""Works off a queue, and tells what ran when."""

import time

from tfmtl import audience

GIVEN = globals()["given"]
store = audience.CampaignStore(GIVEN["url"], min_seeds=2)
GIVEN["barrier"].wait()
runs = []
while (job := store.claim(GIVEN["worker"], lease=30)) is not None:
    begun = time.time()
    time.sleep(0.005)
    runs.append((job.job_id, job.campaign_id, begun, time.time()))
    store.finish(job)
GIVEN["results"].put(runs)
store.close()
