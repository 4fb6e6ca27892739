"""The best of all users, however many there are."""

from tfmtl.audience.retrieval.encode_user_base import encode_user_base
from tfmtl.audience.retrieval.retrieve import retrieve
from tfmtl.audience.retrieval.retrieved import Retrieved
from tfmtl.audience.retrieval.similar_users import SimilarUsers
from tfmtl.audience.retrieval.user_base import UserBase
from tfmtl.audience.retrieval.user_representations import UserRepresentations

__all__ = [
    "Retrieved",
    "SimilarUsers",
    "UserBase",
    "UserRepresentations",
    "encode_user_base",
    "retrieve",
]
