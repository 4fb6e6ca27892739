"""Campaigns and all that is known of them, in a database."""

import time
from collections.abc import Callable

from tfmtl.audience.store.audiences import Audiences
from tfmtl.audience.store.campaigns import Campaigns
from tfmtl.audience.store.feedback import Feedback
from tfmtl.audience.store.job_queue import JobQueue
from tfmtl.audience.store.models import Models
from tfmtl.audience.store.opt_outs import OptOuts
from tfmtl.audience.store.schema import open_database
from tfmtl.audience.store.seeds import Seeds
from tfmtl.audience.store.training_sets import TrainingSets
from tfmtl.layers.sizes import check_sizes


class CampaignStore(
    Campaigns,
    Seeds,
    OptOuts,
    Feedback,
    TrainingSets,
    Models,
    Audiences,
    JobQueue,
):
    """Keeps campaigns, seeds, feedback, training sets, models and jobs.

    What is done is done in full or not at all, also when the process is
    killed, and any number of processes may work on one store. Ids of users
    are whole numbers or text, the same in all of the store.

    Args:
        url: The database: a file of SQLite, which is made where there is
            none, or PostgreSQL, such as "postgresql://user@host/name". An
            empty database gets the tables.
        min_seeds: The least number of seeds of a campaign that has any.
        clock: Function that returns the seconds since 1970. Workers that
            share a queue should have clocks that agree.

    Raises:
        ValueError: If the database cannot be opened.
        SchemaVersionError: If it is of another version than the package, or
            holds other things.

    Example:

    >>> store = tfmtl.audience.CampaignStore("sqlite://", min_seeds=2)
    >>> campaign = store.create_campaign("spring", name="Spring sale")
    >>> store.add_seeds("spring", [11, 5, 7]).added
    3
    >>> store.opt_out([7])
    1
    >>> drawn = store.draw_training_set("spring", range(100), ratio=10)
    >>> drawn.version, drawn.seeds.tolist(), len(drawn.negatives)
    (1, [5, 11], 20)

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 2 and
        figure 1, the campaign system.
    """

    def __init__(
        self,
        url: str = "sqlite:///audience.db",
        *,
        min_seeds: int = 20,
        clock: Callable[[], float] = time.time,
    ) -> None:
        check_sizes(min_seeds=min_seeds)
        self.url = url
        self.min_seeds = min_seeds
        self.clock = clock
        self._database = open_database(url)

    def close(self) -> None:
        """Closes the connections to the database."""
        self._database.close()
