"""`python -m pipeline.advertiser.forecast`: a week ahead, for everybody."""

import argparse
import functools
import logging
import os
import shutil
import sys
import uuid
from pathlib import Path

import numpy as np
import pandas as pd
from apache_beam.pipeline import Pipeline

from pipeline.advertiser.beam_buckets import run_buckets
from pipeline.advertiser.config import AdvertiserConfig
from pipeline.advertiser.forecasting import FORECAST
from pipeline.advertiser.forecasting import forecast_bucket
from pipeline.advertiser.forecasting import join_parts
from pipeline.advertiser.tables import table_files
from pipeline.advertiser.window_plan import FACTS
from pipeline.advertiser.window_plan import make_plan
from pipeline.components import atomic_pusher
from tfmtl.activation.plan_file import read_plan
from tfmtl.datasets.windows.window_spec import ADVERTISER
from tfmtl.datasets.windows.window_spec import SCENARIO
from tfmtl.files import write_parquet


def write_forecasts(
    config: AdvertiserConfig, path: str, workers: int = 1
) -> dict[str, int]:
    """Forecasts the week after the last day, wherever there was activity.

    Args:
        config: Folders and settings of the job.
        path: Parquet file to write; it is there in full or not at all.
        workers: Number of processes.

    Returns:
        Number of `rows`, of `advertisers`, and of rows whose scenario is
        `new` to the model.

    Raises:
        ValueError: If no model was pushed, or the facts are not as they
            should be.
    """
    folder = f"{path}.{uuid.uuid4().hex}.tmp"
    files = table_files(config.data_dir)
    last = config.windows.last_known(files[FACTS])
    plan = make_plan(
        files,
        {FORECAST: np.array([last])},
        last,
        config.windows.bucket_rows,
        {FORECAST: os.path.join(folder, FORECAST)},
        os.path.join(folder, "work"),
    )
    work = functools.partial(forecast_bucket, model=latest_model(config))
    try:
        for made in (plan.work, *plan.folders.values()):
            os.makedirs(made)
        run_buckets(plan, work, functools.partial(beam_pipeline, workers))
        counts = join_parts(plan.folders[FORECAST], f"{folder}/all.parquet")
        os.replace(f"{folder}/all.parquet", path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return counts


def latest_model(config: AdvertiserConfig) -> str:
    """Returns the folder of the version that was pushed last.

    Args:
        config: Folders and settings of the job.

    Raises:
        ValueError: If there is none.
    """
    pushed = list(atomic_pusher.versions(config.serving_dir).values())
    if not pushed:
        raise ValueError(
            "There should be a pushed model; run the pipeline first, or see "
            f"why it was not blessed. Received: none in {config.serving_dir}."
        )
    return pushed[-1]


def beam_pipeline(workers: int) -> Pipeline:
    """Returns a pipeline that runs on this machine.

    Args:
        workers: Number of processes.
    """
    arguments = [f"--direct_num_workers={workers}"]
    if workers > 1:
        arguments.append("--direct_running_mode=multi_processing")
    return Pipeline(argv=arguments)


def main() -> None:
    """Runs the command; `ADVERTISER_HOME` names the folder of the job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", help="by default <home>/forecasts.parquet")
    parser.add_argument(
        "--plan",
        help="a plan of tfmtl.activation; what it asks for is written to "
        "<home>/predictions.parquet, too",
    )
    chosen = parser.parse_args()
    # Loading says on every start that it will change one day.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    try:
        config = AdvertiserConfig.from_environment()
        path = chosen.output or os.path.join(config.home, "forecasts.parquet")
        plan = read_plan(chosen.plan) if chosen.plan else None
        counts = write_forecasts(config, path, config.workers)
        if plan is not None:
            wanted = [ADVERTISER, SCENARIO, *plan.forecasts]
            write_parquet(
                pd.read_parquet(path, columns=wanted),
                Path(config.home, "predictions.parquet"),
            )
    except (ValueError, OSError) as error:
        sys.exit(str(error))
    print(
        f"Forecast: {counts['rows']:,} rows of {counts['advertisers']:,} "
        f"advertisers, {counts['new']:,} in scenarios new to the model, in "
        f"{path}"
    )


if __name__ == "__main__":
    main()
