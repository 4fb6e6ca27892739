"""All that is done with campaigns, in one place."""

import os
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tfmtl.audience.general_model import GeneralModel
from tfmtl.audience.retrieval import UserBase
from tfmtl.audience.retrieval.audience_file import copy_audience
from tfmtl.audience.retrieval.audience_file import writer_of
from tfmtl.audience.service import export
from tfmtl.audience.service import insights
from tfmtl.audience.service import jobs
from tfmtl.audience.service import queue
from tfmtl.audience.service.customisation import Customisation
from tfmtl.audience.service.desk import Desk
from tfmtl.audience.service.gain_curve import GainCurve
from tfmtl.audience.service.increment import Increment
from tfmtl.audience.service.intake import Intake
from tfmtl.audience.service.job_progress import JobProgress
from tfmtl.audience.service.outcome import Outcome
from tfmtl.audience.service.step import Watch
from tfmtl.audience.service.step import unwatched
from tfmtl.audience.service.traits import Trait
from tfmtl.audience.service.traits import traits
from tfmtl.audience.service.version_report import VersionReport
from tfmtl.audience.store import Audience
from tfmtl.audience.store import CampaignStore
from tfmtl.audience.store import Job
from tfmtl.audience.store import ModelVersion

_MOST_TRAITS = 8


class AudienceService(Intake):
    """Takes campaigns from their seeds to their audiences, and on.

    What is asked for at once is done at once: `customise`, `increment` and
    `audience`. What is put into the queue by `enqueue` is done by whoever
    calls `run_queue`, here or in other processes. Either way one job of a
    campaign runs at a time. A process may be killed at any moment; what it
    was at is done again, and nothing is there twice.

    Args:
        store: Keeps campaigns, seeds, feedback, versions and the queue.
        general_model: The model that copies are customised of, and its
            encoding of campaigns.
        users: All users, encoded by that model.
        folder: Where models and audiences are written.
        customisation: How models are made. Defaults to `Customisation()`.
        labels: Feature name to the words for its ids, see
            `tfmtl.audience.service.labels_of`. Ids are shown without them.

    Raises:
        ValueError: If the users lack features of the model.

    Example:

        service = AudienceService(store, general, users, "runs/audience")
        service.create_campaign("spring", features={"department": "GARDEN"})
        service.ingest_seeds("spring", "seeds.csv")
        print(service.customise("spring").fit.lift)
        service.audience("spring", size=50_000)

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 2 and 4.
    """

    def __init__(
        self,
        store: CampaignStore,
        general_model: GeneralModel,
        users: UserBase,
        folder: str | os.PathLike[str],
        customisation: Customisation | None = None,
        labels: Mapping[str, Mapping[int, str]] | None = None,
    ) -> None:
        self.folder = Path(os.path.abspath(folder))
        self.labels = dict(labels or {})
        super().__init__(
            Desk(
                store,
                general_model,
                users,
                self.folder,
                customisation or Customisation(),
            )
        )
        users.check_features(self._desk.user_features)

    def customise(
        self, campaign_id: str, watch: Watch = unwatched
    ) -> VersionReport:
        """Makes a version of the campaign's model, from its seeds.

        Args:
            campaign_id: The campaign.
            watch: Told of what is being done.

        Raises:
            ValueError: If the seeds cannot be learned from.
            CampaignBusyError: If another worker is at the campaign.
        """
        return queue.at_once(self._desk, campaign_id, jobs.CUSTOMISE, watch)

    def increment(
        self, campaign_id: str, watch: Watch = unwatched
    ) -> Increment:
        """Trains the campaign's model on with new feedback.

        Args:
            campaign_id: The campaign.
            watch: Told of what is being done.

        Raises:
            ValueError: If the campaign has no model.
            CampaignBusyError: If another worker is at the campaign.
        """
        return queue.at_once(self._desk, campaign_id, jobs.INCREMENT, watch)

    def audience(
        self,
        campaign_id: str,
        size: int,
        path: str | os.PathLike[str] | None = None,
        watch: Watch = unwatched,
        nearest: int | None = None,
    ) -> Audience:
        """Writes the best users that are neither seeds nor opted out.

        The file that is written, and kept track of, is one within the folder.

        Args:
            campaign_id: The campaign.
            size: How many.
            path: `.csv` or `.parquet`, to have a copy there.
            watch: Told of what is being done.
            nearest: How many users, the most like the seeds, to score; by
                default all. The model's choice among them is exact.

        Raises:
            ValueError: If the campaign has no model, or too few are left.
            CampaignBusyError: If another worker is at the campaign.
        """
        if path is not None:
            writer_of(Path(path))
        kind = jobs.audience_of(size, nearest)
        audience = queue.at_once(self._desk, campaign_id, kind, watch)
        if path is not None:
            source, field = Path(audience.path), self.users.id_field
            copy_audience(source, Path(path), field)
        return audience

    def enqueue(self, campaign_id: str, kind: str) -> Job:
        """Puts a job into the queue, for `run_queue` to work off.

        Args:
            campaign_id: The campaign.
            kind: `service.CUSTOMISE`, `service.INCREMENT`, or what
                `service.audience_of(size, nearest)` returns.
        """
        return self.store.enqueue(campaign_id, kind)

    def run_queue(
        self,
        worker: str,
        lease: float = queue.LEASE_SECONDS,
        watch: Watch = unwatched,
    ) -> Iterator[Outcome]:
        """Works off the queue until it is empty.

        What goes wrong with one campaign is kept in the store, and the next
        one's turn comes. Wrong input is not tried again; other errors are, as
        often as the job says.

        Args:
            worker: Name of this worker, for others to see.
            lease: Seconds after which a job without a sign of life, of a
                worker that was killed, is given to another one.
            watch: Told of what is being done.
        """
        yield from queue.outcomes(self._desk, worker, lease, watch)

    def progress(self, job: Job) -> JobProgress | None:
        """Returns the latest sign of life of a job, if there was one.

        Args:
            job: The job.
        """
        return queue.progress_file(self._desk, job).read()

    def roll_back(
        self, campaign_id: str, to: int | None = None
    ) -> ModelVersion:
        """Makes an earlier version of a campaign's model the one in use.

        Args:
            campaign_id: The campaign.
            to: The version; by default the one before.
        """
        return self.store.roll_back(campaign_id, to)

    def export_feedback(self, path: str | os.PathLike[str]) -> int:
        """Writes seeds and feedback of all campaigns, for the general model.

        Args:
            path: The Parquet file, as `pipeline.audience.prepare` takes it.

        Returns:
            Number of rows.
        """
        return export.export_feedback(self._desk, path)

    def report(self, campaign_id: str) -> VersionReport:
        """Returns how the version in use came to be, and how good it is.

        Args:
            campaign_id: The campaign.

        Raises:
            ValueError: If there is none.
        """
        return self._desk.current(campaign_id)[1].report()

    def gain_curve(self, campaign_id: str) -> GainCurve:
        """Returns what audiences of all sizes can be expected to find.

        Args:
            campaign_id: The campaign.

        Raises:
            ValueError: If the campaign has no model.
        """
        return insights.gain_curve(self._desk, campaign_id)

    def traits(
        self, ids: np.ndarray, most: int = _MOST_TRAITS
    ) -> tuple[list[Trait], list[Trait]]:
        """Returns what sets some users apart: what is common, what is rare.

        Args:
            ids: The users: seeds, or those of an audience.
            most: How many of each at most.
        """
        some = insights.counts_of(self._desk, ids)
        pool = insights.pool_counts(self._desk)
        return traits(some, pool, self.labels, most)
