"""The folder that the audience job and its campaigns live in."""

import argparse
import dataclasses
import os
from pathlib import Path

import pandas as pd
from pyarrow import parquet

from tfmtl.audience.fine_tuning import FineTuning
from tfmtl.audience.general_model import GeneralModel
from tfmtl.audience.retrieval import UserBase
from tfmtl.audience.service import AudienceService
from tfmtl.audience.service import Customisation
from tfmtl.audience.service import labels_of
from tfmtl.audience.service.fingerprint import fingerprint
from tfmtl.audience.store import CampaignStore
from tfmtl.audience.store import ModelVersion
from tfmtl.training import every_weight
from tfmtl.training import heads

_LABELLED_ROWS = 50_000


@dataclasses.dataclass(frozen=True)
class Home:
    """Where the parts of a service are found.

    Args:
        path: The folder of the audience job.
        store_url: The database of campaigns.
        general_folder: Folder of the pushed versions of the general model.
        raw_users: Folder of Parquet files of raw users.
        id_column: Name of their column of ids.
        min_seeds: The least number of seeds of a campaign.
    """

    path: Path
    store_url: str
    general_folder: Path
    raw_users: Path
    id_column: str
    min_seeds: int

    @classmethod
    def of(cls, options: argparse.Namespace) -> "Home":
        """Returns what the options of a command say.

        Args:
            options: Parsed by `add_options`.
        """
        path = Path(options.home)
        url = options.store or f"sqlite:///{path}/audience.db"
        return cls(
            path,
            url,
            Path(options.general_model or path / "serving" / "audience"),
            Path(options.users or path / "data" / "users"),
            options.id_column,
            options.min_seeds,
        )

    def store(self) -> CampaignStore:
        """Returns the store, a new one if there is none."""
        self.path.mkdir(parents=True, exist_ok=True)
        return CampaignStore(self.store_url, min_seeds=self.min_seeds)

    def general_version(self, store: CampaignStore) -> ModelVersion:
        """Returns the version of the general model that is in use.

        It is the one that was pushed last, unless that was rolled back.

        Args:
            store: The store, which is told of all that were pushed.

        Raises:
            ValueError: If none was pushed.
        """
        known = {version.path for version in store.models(None)}
        for folder in GeneralModel.versions(self.general_folder):
            if str(folder) not in known:
                store.add_model(None, folder)
        versions = reversed(store.models(None))
        return next(each for each in versions if not each.is_rolled_back)

    def service(self, customisation: Customisation) -> AudienceService:
        """Returns the service by the general model that is in use.

        The users are encoded by it first, if they have not been yet as they
        are now.

        Args:
            customisation: How models are made.
        """
        store = self.store()
        general = GeneralModel.load(self.general_version(store).path)
        encoded = self._encoded_folder(general.version)
        if not encoded.is_dir():
            general.encode_users(
                self.raw_users,
                encoded,
                id_column=self.id_column,
                progress=True,
            )
        return AudienceService(
            store,
            general,
            UserBase(encoded, self.id_column),
            self.path / "campaigns",
            customisation,
            self._labels(general),
        )

    def _encoded_folder(self, version: str) -> Path:
        """Returns where the raw users are encoded, another when they change."""
        states = [
            (path.name, path.stat().st_size, path.stat().st_mtime_ns)
            for path in sorted(self.raw_users.glob("*.parquet"))
        ]
        state = fingerprint(self.id_column, states)
        return self.path / "encoded" / f"{version}-{state}"

    def _labels(self, general: GeneralModel) -> dict[str, dict[int, str]]:
        """Returns words for ids, as some of the users tell them."""
        first = min(self.raw_users.glob("*.parquet"))
        with parquet.ParquetFile(first) as file:
            batch = next(file.iter_batches(_LABELLED_ROWS), None)
        raw = pd.DataFrame() if batch is None else batch.to_pandas()
        if raw.empty:
            return {}
        return labels_of(
            general.model.features, raw, general.encode(raw, str(first))
        )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say where everything is.

    Args:
        parser: The parser of a command.
    """
    group = parser.add_argument_group("where everything is")
    add = group.add_argument
    add(
        "--home",
        default=os.environ.get("AUDIENCE_HOME", "runs/audience"),
        help="folder of the audience job (AUDIENCE_HOME)",
    )
    add(
        "--store",
        default=os.environ.get("AUDIENCE_STORE", ""),
        metavar="URL",
        help="database of campaigns (AUDIENCE_STORE); sqlite in the home",
    )
    add("--general-model", metavar="FOLDER", help="versions that were pushed")
    add("--users", metavar="FOLDER", help="Parquet files of raw users")
    add("--id-column", default="user_id", help="name of the users' ids")
    add("--min-seeds", type=int, default=20, help="of a campaign")


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say how models are made.

    Args:
        parser: The parser of a command.
    """
    defaults = Customisation()
    group = parser.add_argument_group("how models are made")
    add = group.add_argument
    add(
        "--heads",
        action="store_true",
        help="train gates and critics only: audiences are far cheaper",
    )
    add("--ratio", type=int, default=defaults.ratio, help="others per seed")
    add("--max-drop", type=float, default=defaults.max_drop, help="of the AUC")
    add(
        "--reset-optimizer",
        action="store_true",
        help="begin its state anew with each increment",
    )


def customisation_of(options: argparse.Namespace) -> Customisation:
    """Returns how models are made.

    Args:
        options: Parsed by `add_model_options`, if the command has them.
    """
    if not hasattr(options, "heads"):
        return Customisation()
    adapt = heads if options.heads else every_weight
    return Customisation(
        FineTuning(adapt=adapt),
        ratio=options.ratio,
        min_seeds=options.min_seeds,
        max_drop=options.max_drop,
        keep_optimizer=not options.reset_optimizer,
    )
