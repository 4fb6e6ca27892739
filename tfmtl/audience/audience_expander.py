"""Finds more users like some that are given."""

import inspect
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tfmtl.audience import held_out
from tfmtl.audience.fine_tuning import FineTuning
from tfmtl.audience.fit_report import LIFT_SHARE
from tfmtl.audience.fit_report import report_of
from tfmtl.audience.only_task import only_task
from tfmtl.audience.prepared_tuning import PreparedTuning
from tfmtl.audience.samples import check_settings
from tfmtl.audience.samples import choose_samples
from tfmtl.audience.scoring import scores_of
from tfmtl.audience.seed_rows import find_seeds
from tfmtl.audience.top_rows import check_size
from tfmtl.audience.top_rows import top_rows
from tfmtl.audience.user_table import UserTable
from tfmtl.audience.user_table import joined_ids
from tfmtl.estimate import Estimate


class AudienceExpander:
    """Customises a general model to the seeds of a campaign.

    `fit` trains a copy of the general model to tell seeds from users drawn
    from the pool. The general model stays as it is, and what was fitted
    before has no part in it. `score` and `expand` ask the copy.

    Tables of users are data frames or columns by name, with a column of ids.
    The contract is scikit-learn's: the constructor only stores, what is
    fitted ends in an underscore.

    Args:
        general_model: A `MultiTaskModel` of one binary task, trained over
            many campaigns as a rule (`tfmtl.training.MetaLearner`).
        fine_tuning: How the copy is trained. Defaults to `FineTuning()`, two
            epochs of all weights. For many campaigns of one model,
            `FineTuning().prepare(general_model)` is faster.
        id_column: Name of the column of ids, whole numbers or text.
        negatives_per_seed: How many users are drawn from the pool for each
            seed, as far as the pool goes.
        held_out: Share of the seeds that the copy is not trained on, but
            judged by; 0 for none.
        min_seeds: The least number of seeds.
        min_known: The least share of the seeds that the pool has to know.
            The others are left out.
        seed: Int that makes the draws repeatable.

    Attributes:
        model_: The customised model.
        report_: A `FitReport`.
        campaign_: The campaign's features.
        excluded_ids_: Seeds and others that no audience holds.
        held_out_scores_: Scores of the seeds that were held out, and of
            other users.
        held_out_ids_: Whose scores these are.

    Raises:
        ValueError: By `fit`, if a setting is out of range, the model has not
            one binary task, or the seeds cannot be learned from; by all
            methods, if users lack ids or features.

    Example:

    >>> pool = {"user_id": np.arange(2000), "user": np.arange(2000) % 10}
    >>> tuning = tfmtl.audience.FineTuning(batch_size=16)
    >>> expander = tfmtl.audience.AudienceExpander(model, fine_tuning=tuning)
    >>> seeds = np.arange(3, 2000, 20)
    >>> expander.fit(seeds, pool).expand(pool, size=3)["user_id"].tolist()
    [13, 33, 53]

    Reference:
        [Zhu et al., 2021](https://arxiv.org/abs/2105.14688), sec. 2 and 4.
    """

    def __init__(
        self,
        general_model: Any,
        *,
        fine_tuning: FineTuning | PreparedTuning | None = None,
        id_column: str = "user_id",
        negatives_per_seed: float = 10,
        held_out: float = 0.2,
        min_seeds: int = 20,
        min_known: float = 1.0,
        seed: int = 0,
    ) -> None:
        self.general_model = general_model
        self.fine_tuning = fine_tuning
        self.id_column = id_column
        self.negatives_per_seed = negatives_per_seed
        self.held_out = held_out
        self.min_seeds = min_seeds
        self.min_known = min_known
        self.seed = seed

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Returns the constructor's arguments.

        Args:
            deep: Ignored; none of them has parameters of its own.
        """
        names = inspect.signature(type(self)).parameters
        return {name: getattr(self, name) for name in names}

    def set_params(self, **params: Any) -> "AudienceExpander":
        """Changes arguments of the constructor, and returns the expander.

        What was fitted stays as it is until the next `fit`.

        Args:
            **params: New values by name.

        Raises:
            ValueError: If there is no such argument.
        """
        known = self.get_params()
        unknown = sorted(set(params) - set(known))
        if unknown:
            raise ValueError(
                f"The parameters of an expander are {sorted(known)}. "
                f"Received: {unknown}."
            )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def fit(
        self,
        seeds: Any,
        pool: Any,
        campaign: Mapping[str, Any] | None = None,
        exclude: Any = (),
        negatives: Any = None,
        held_out_seeds: Any = None,
    ) -> "AudienceExpander":
        """Customises a copy of the general model.

        Args:
            seeds: Ids of users that the campaign is known to be for.
            pool: All users, the seeds among them.
            campaign: One value for each feature that is the campaign's
                rather than a column of the pool.
            exclude: Ids that are neither learned from nor in any audience:
                users who have opted out, say.
            negatives: Ids of users of the pool to tell the seeds from, all
                of them. By default they are drawn. With them the copy is
                judged by all other users, no more than 10,000.
            held_out_seeds: Ids of the seeds that are held out. By default
                they are drawn; with a `held_out` of 0 there are none.
        """
        check_settings(**self.get_params())
        task = only_task(self.general_model)
        campaign = dict(campaign or {})
        users = UserTable(pool, self.id_column)
        users.check_features(self.general_model.features, campaign)
        is_excluded = users.has_id_in(exclude, "exclude")
        found = find_seeds(
            seeds, users, is_excluded, self.min_seeds, self.min_known
        )
        samples = choose_samples(
            found.rows,
            held_out_seeds,
            ~is_excluded & ~users.has_id_in(seeds, "seeds"),
            users,
            negatives,
            self,
        )
        rows = np.concatenate([samples.seeds, samples.negatives])
        labels = np.arange(len(rows)) < len(samples.seeds)
        model, losses = (self.fine_tuning or FineTuning())(
            self.general_model,
            users.inputs(self.general_model.features, campaign, rows),
            {task: labels},
            seed=self.seed,
        )
        self.held_out_scores_ = (
            scores_of(model, users, campaign, samples.held_out_seeds),
            scores_of(model, users, campaign, samples.others),
        )
        self.held_out_ids_ = (
            users.ids.to_numpy()[samples.held_out_seeds],
            users.ids.to_numpy()[samples.others],
        )
        self.report_ = report_of(found, samples, losses, self.held_out_scores_)
        self.excluded_ids_ = joined_ids(seeds, exclude)
        self.model_, self.campaign_ = model, campaign
        for message in self.report_.warnings:
            warnings.warn(message, stacklevel=2)
        return self

    def score(self, users: Any) -> np.ndarray:
        """Returns the customised model's prediction for each user.

        Args:
            users: Users with ids and features, in any number.

        Returns:
            `(users,)` float32, in their order.
        """
        table = self._table(users)
        rows = np.arange(len(table.ids))
        return scores_of(self.model_, table, self.campaign_, rows)

    def expand(self, users: Any, size: int, exclude: Any = ()) -> pd.DataFrame:
        """Returns the best users that are no seeds.

        The result is exact. Of users with equal scores those with the lower
        id come first, whatever the order of the rows.

        Args:
            users: Users with ids and features, such as the pool.
            size: How many users.
            exclude: Ids to leave out beside those of `fit`.

        Returns:
            A frame of ids and `score`, best first.
        """
        table = self._table(users)
        is_left_out = table.has_id_in(self.excluded_ids_, "seeds")
        is_left_out |= table.has_id_in(exclude, "exclude")
        rows = np.flatnonzero(~is_left_out)
        check_size(size, len(rows), len(table.ids))
        scores = scores_of(self.model_, table, self.campaign_, rows)
        ids = table.ids.to_numpy()[rows]
        best = top_rows(scores, ids, size)
        return pd.DataFrame({self.id_column: ids[best], "score": scores[best]})

    def expected_lift(self, share: float = LIFT_SHARE) -> Estimate:
        """Returns how many times more seeds are at the top than at random.

        Judged by the seeds that were held out; what an audience of `share`
        of the pool can be expected to have.

        Args:
            share: Share of the pool that is the audience.
        """
        self._check_fitted()
        if not len(self.held_out_scores_[0]) or not 0 < share <= 1:
            raise ValueError(
                "`share` should be above 0 and at most 1, and some seeds held "
                f"out. Received: share={share!r}, held_out={self.held_out!r}."
            )
        return held_out.lift(*self.held_out_scores_, share)

    def _table(self, users: Any) -> UserTable:
        self._check_fitted()
        table = UserTable(users, self.id_column)
        table.check_features(self.model_.features, self.campaign_)
        return table

    def _check_fitted(self) -> None:
        if not hasattr(self, "model_"):
            raise ValueError(
                "An expander has to be fitted before it is asked; call "
                "`fit(seeds, pool)`. Received: one that is not."
            )
