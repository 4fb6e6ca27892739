"""From seeds to an audience: customised models and the users they choose.

What needs packages of the extra `audience` is imported when it is first used.
"""

import importlib
from typing import Any

from tfmtl.audience.audience_expander import AudienceExpander
from tfmtl.audience.converged import Converged
from tfmtl.audience.epochs import Epochs
from tfmtl.audience.fine_tuning import FineTuning
from tfmtl.audience.fit_report import FitReport
from tfmtl.audience.prepared_tuning import PreparedTuning
from tfmtl.estimate import Estimate

__all__ = [
    "Audience",
    "AudienceExpander",
    "AudienceService",
    "Campaign",
    "CampaignBusyError",
    "CampaignStore",
    "Converged",
    "Customisation",
    "Epochs",
    "Estimate",
    "EventColumns",
    "FineTuning",
    "FitReport",
    "GeneralModel",
    "IngestionReport",
    "Job",
    "LogParser",
    "ModelVersion",
    "PreparedTuning",
    "Retrieved",
    "SchemaVersionError",
    "SimilarUsers",
    "TrainingSet",
    "UnknownCampaignError",
    "UserBase",
    "UserRepresentations",
    "encode_user_base",
    "migrate",
    "retrieve",
    "retrieve_on_beam",
]

_LATER = {
    "AudienceService": "service",
    "Customisation": "service",
    "EventColumns": "store",
    "LogParser": "store",
    "Audience": "store",
    "Campaign": "store",
    "CampaignBusyError": "store",
    "CampaignStore": "store",
    "IngestionReport": "store",
    "Job": "store",
    "ModelVersion": "store",
    "SchemaVersionError": "store",
    "TrainingSet": "store",
    "UnknownCampaignError": "store",
    "migrate": "store",
    "GeneralModel": "general_model",
    "Retrieved": "retrieval",
    "UserBase": "retrieval",
    "SimilarUsers": "retrieval",
    "retrieve_on_beam": "retrieval.retrieve_on_beam",
    "encode_user_base": "retrieval",
    "UserRepresentations": "retrieval",
    "retrieve": "retrieval",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f"{__name__}.{_LATER[name]}")
    except ModuleNotFoundError as error:
        raise ImportError(
            f"`tfmtl.audience.{name}` needs packages of the extra `audience`; "
            "install them by `pip install 'tfmtl[audience]'`. "
            f"Received: {error}."
        ) from error
    return getattr(module, name)


def __dir__() -> list[str]:
    return [*__all__]
