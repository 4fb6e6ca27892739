r"""Scores all rows of Parquet files, without a server.

Run it on the directory that the pipeline pushes to:

    python -m serving.bulk users/*.parquet --ids household_id \
        --model-base-path runs/funnel/serving/funnel --output scores
"""

import argparse
import logging
import os
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

from serving import frames
from serving import saved_model
from serving import tensors
from serving import version_directory
from serving.columns import to_inputs

_SOURCE = b"serving.bulk"


def score_files(
    model_base_path,
    files,
    output,
    ids=(),
    signature_name="predict_raw",
    batch_rows=4096,
    on_file=lambda path, rows: None,
):
    """Writes the predictions for every file to one of the same name.

    The newest version is asked, as a server would ask it: online, the same
    rows get the same predictions. Rows keep their order, and no more than
    `batch_rows` of them are in memory. A file of predictions is there in full
    or not at all; one that the same version has made from the same rows is
    left as it is, so that a run that was killed goes on where it was.

    Args:
        model_base_path: Directory with one directory a version.
        files: Parquet files of raw rows, each of another name.
        output: Directory to write to.
        ids: Columns of the rows to write beside the predictions.
        signature_name: Served function to call.
        batch_rows: Rows of one call.
        on_file: Is told of each file of predictions: its path, and how many
            rows were scored for it, None if it was there already.

    Returns:
        The paths of the files of predictions.

    Raises:
        OSError: If a file cannot be read or written.
        ValueError: If there is no version or signature, names repeat, or a
            column is missing or of the wrong type. What was written before
            stays.

    Example:

        serving.score_files(
            "runs/funnel/serving/funnel", ["users/0.parquet"], "scores",
            ids=["household_id"],
        )
    """
    files = [pathlib.Path(file) for file in files]
    output = pathlib.Path(output)
    _check_files(files, output)
    version, path = _newest(model_base_path)
    model = saved_model.SavedModel(path)
    try:
        function = _function(model, signature_name)
        output.mkdir(parents=True, exist_ok=True)
        for file in files:
            target = output / file.name
            source = _source(version, signature_name, file, ids)
            scored = None
            if not _is_made_from(target, source):
                scored = _score(file, target, source, function, ids, batch_rows)
            on_file(target, scored)
        return [output / file.name for file in files]
    finally:
        model.close()


def _score(file, target, source, function, ids, batch_rows):
    """Writes the predictions for a file, and returns how many rows it has."""
    aside = target.with_name(f".{target.name}.part")
    outputs = function.signature.outputs
    try:
        with pq.ParquetFile(file) as table:
            schema = _schema(file, table.schema_arrow, ids, outputs)
            needed = {*ids, *function.signature.inputs}
            names = [n for n in table.schema_arrow.names if n in needed]
            rows = 0
            with pq.ParquetWriter(
                aside, schema.with_metadata({_SOURCE: source})
            ) as writer:
                for batch in table.iter_batches(batch_rows, columns=names):
                    found = _predictions(
                        f"{file}, from row {rows} on", batch, function
                    )
                    columns = [*(batch.column(name) for name in ids), *found]
                    writer.write_batch(
                        pa.record_batch(columns, schema=writer.schema)
                    )
                    rows += batch.num_rows
        os.replace(aside, target)
        return rows
    finally:
        aside.unlink(missing_ok=True)


def _predictions(where, batch, function):
    """Returns an Arrow array for each output."""
    signature = function.signature
    try:
        inputs = to_inputs(
            frames.to_columns(batch.to_pandas(), signature), signature
        )
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    found = function.run(*(inputs[name] for name in signature.inputs))
    return [
        _arrow_array(values, spec)
        for values, spec in zip(found, signature.outputs.values(), strict=True)
    ]


def _arrow_array(values, spec):
    kind, width = _arrow_type(spec)
    flat = pa.array(values.ravel(), kind)
    if width is None:
        return flat
    return pa.FixedSizeListArray.from_arrays(flat, width)


def _arrow_type(spec):
    """Returns the type of one number or text, and how many a row has."""
    if spec.kind == tensors.STRING:
        kind = pa.binary()
    else:
        kind = pa.from_numpy_dtype(tensors.numpy_dtype(spec.kind))
    row = (spec.shape or ())[1:]
    return kind, None if row in ((), (1,)) else row[0]


def _schema(file, rows, ids, outputs):
    missing = sorted(set(ids) - set(rows.names))
    if missing:
        raise ValueError(
            f"`ids` should be columns of {file}, some of {sorted(rows.names)}. "
            f"Received: {missing}."
        )
    both = sorted(set(ids) & set(outputs))
    if both:
        raise ValueError(
            "An id should have another name than a prediction; rename the "
            f"column. Received: {both} in {file}."
        )
    fields = [rows.field(name) for name in ids]
    for name, spec in outputs.items():
        kind, width = _arrow_type(spec)
        fields.append(
            pa.field(name, kind if width is None else pa.list_(kind, width))
        )
    return pa.schema(fields)


def _check_files(files, output):
    names = [file.name for file in files]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated or not files:
        raise ValueError(
            "There should be one file or more, each of another name, as its "
            f"predictions are. Received: {len(files)} files, repeated: "
            f"{repeated}."
        )
    inside = [
        file for file in files if file.parent.resolve() == output.resolve()
    ]
    if inside:
        raise ValueError(
            "`output` should be another directory than that of the rows, "
            f"which would be replaced. Received: {str(output)!r}."
        )


def _newest(model_base_path):
    versions = version_directory.versions(model_base_path)
    if not versions:
        raise ValueError(
            "`model_base_path` should hold a version, a directory that is "
            f"named by a number. Received: {str(model_base_path)!r}."
        )
    return max(versions.items())


def _function(model, signature_name):
    if signature_name not in model.functions:
        raise ValueError(
            f"The model's signatures are {sorted(model.functions)}. "
            f"Received: signature_name={signature_name!r}."
        )
    return model.functions[signature_name]


def _source(version, signature_name, file, ids):
    status = file.stat()
    stamp = (version, signature_name, status.st_size, status.st_mtime_ns, *ids)
    return repr(stamp).encode()


def _is_made_from(target, source):
    if not target.exists():
        return False
    return (pq.read_schema(target).metadata or {}).get(_SOURCE) == source


def main():
    """Runs the command."""
    parser = argparse.ArgumentParser(
        prog="python -m serving.bulk",
        description="Score all rows of Parquet files, without a server.",
    )
    parser.add_argument("files", nargs="+", help="Parquet files of raw rows")
    parser.add_argument("--model-base-path", required=True)
    parser.add_argument("--output", required=True, help="directory to write to")
    parser.add_argument(
        "--ids", nargs="*", default=[], help="columns to write beside"
    )
    parser.add_argument("--signature-name", default="predict_raw")
    parser.add_argument("--batch-rows", type=int, default=4096)
    chosen = parser.parse_args()
    # Loading says on every start that it will change one day.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    try:
        score_files(**vars(chosen), on_file=_say)
    except (OSError, ValueError) as error:
        parser.error(str(error))


def _say(path, rows):
    what = "there already" if rows is None else f"{rows:,} rows"
    print(f"{path}  {what}", flush=True)


if __name__ == "__main__":
    main()
