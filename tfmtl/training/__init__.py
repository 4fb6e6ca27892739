"""Schedules, callbacks and meta-learning."""

from tfmtl.training.adapt import every_weight
from tfmtl.training.adapt import heads
from tfmtl.training.adapt import no_embedding
from tfmtl.training.constant import Constant
from tfmtl.training.distribution import default_strategy
from tfmtl.training.domain_episodes import domain_episodes
from tfmtl.training.early_stopping import EarlyStopping
from tfmtl.training.episodes import episodes
from tfmtl.training.epoch_backup import EpochBackup
from tfmtl.training.linear_decay import LinearDecay
from tfmtl.training.meta_learner import MetaLearner
from tfmtl.training.non_finite_episode_error import NonFiniteEpisodeError
from tfmtl.training.schedule_variable import ScheduleVariable
from tfmtl.training.two_stage_fit import two_stage_fit

__all__ = [
    "Constant",
    "EarlyStopping",
    "EpochBackup",
    "LinearDecay",
    "MetaLearner",
    "NonFiniteEpisodeError",
    "ScheduleVariable",
    "default_strategy",
    "domain_episodes",
    "episodes",
    "every_weight",
    "heads",
    "no_embedding",
    "two_stage_fit",
]
