"""`python -m serving.demo`: serves a pushed model and asks it over gRPC."""

import argparse
import logging
import os

import numpy as np
import pandas as pd

from serving import frames
from serving.client import PredictionClient
from serving.columns import to_inputs
from serving.local_server import LocalServer
from serving.prediction_error import PredictionError
from serving.requests import raw_examples

_TIMEOUT = 30.0  # the machine may still be busy with the run before


def ask(target, model_name, frame):
    """Sends rows once by name and once as tf.Examples.

    Args:
        target: Address of the server.
        model_name: Name the model is served under.
        frame: Raw rows; columns that the model does not take are ignored.

    Returns:
        Dict from output name to `(rows, 1)` array.

    Raises:
        ValueError: If a column is missing or of the wrong type, or the two
            ways give different answers.
        PredictionError: If the server does not answer.
    """
    with PredictionClient(target, model_name, _TIMEOUT) as client:
        signature = client.metadata()["predict_raw"]
        inputs = to_inputs(frames.to_columns(frame, signature), signature)
        answers = client.predict(inputs)
        again = client.predict_examples(raw_examples(inputs))
    for name, answer in answers.items():
        if not np.allclose(answer, again[name], rtol=1e-5, atol=1e-7):
            raise ValueError(
                f"{name!r} should not depend on how a request is written. "
                f"Received: {answer.ravel()} and {again[name].ravel()}."
            )
    return answers


def main():
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-name", required=True)
    parser.add_argument("--model-base-path", required=True)
    parser.add_argument(
        "--rows", required=True, help="Parquet file with raw rows"
    )
    parser.add_argument("--count", type=int, default=3, help="rows to send")
    parser.add_argument(
        "--show", nargs="*", default=[], help="columns to print beside"
    )
    chosen = parser.parse_args()
    if not os.path.isdir(chosen.model_base_path):
        parser.error(
            f"There is no model in {chosen.model_base_path!r}: no run has "
            "pushed one yet."
        )
    try:
        _run(chosen)
    except (OSError, ValueError, PredictionError) as error:
        parser.error(str(error))


def _run(chosen):
    # Loading says on every start that it will change one day.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    frame = pd.read_parquet(chosen.rows).head(chosen.count)
    unknown = sorted(set(chosen.show) - set(frame))
    if unknown:
        raise ValueError(
            f"`--show` should name columns of {chosen.rows}, some of "
            f"{sorted(frame)}. Received: {unknown}."
        )
    with LocalServer(chosen.model_base_path, chosen.model_name) as server:
        version = server.wait_until_ready(_TIMEOUT)
        print(
            f"gRPC answer of {chosen.model_name!r}, version {version}, on "
            f"{server.target} to the first {len(frame)} rows of {chosen.rows}:"
        )
        answers = ask(server.target, chosen.model_name, frame)
    shown = {name: frame[name].to_numpy() for name in chosen.show}
    answered = {name: answer.ravel() for name, answer in answers.items()}
    table = pd.DataFrame({**shown, **answered})
    print(table.to_string(float_format="{:.6f}".format))


if __name__ == "__main__":
    main()
