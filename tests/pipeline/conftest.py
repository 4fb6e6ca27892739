"""What the tests of all jobs need."""

import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from tensorflow_transform.tf_metadata import dataset_metadata


@pytest.fixture(scope="session")
def learn_transform(tmp_path_factory):
    """Returns what the Transform component would write."""

    def learn(raw, columns, labels, preprocessing_fn):
        folder = tmp_path_factory.mktemp("transform")
        specs = {
            column.name: tf.io.FixedLenFeature([1], column.dtype)
            for column in columns
        }
        specs |= {name: tf.io.FixedLenFeature([1], tf.int64) for name in labels}
        metadata = dataset_metadata.DatasetMetadata.from_feature_spec(specs)
        rows = [
            {name: [value] for name, value in row.items()}
            for row in raw.to_dict("records")
        ]
        with tft_beam.Context(temp_dir=str(folder / "temp")):
            function = (rows, metadata) | tft_beam.AnalyzeDataset(
                preprocessing_fn
            )
            _ = function | tft_beam.WriteTransformFn(str(folder / "graph"))
        return tft.TFTransformOutput(str(folder / "graph"))

    return learn
