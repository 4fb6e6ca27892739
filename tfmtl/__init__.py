"""Multi-task recommenders for Keras: models, layers, training, data."""

import os
import sys

# While Python looks for the module of `python -m tfmtl...`, that is its first
# argument. A command of ours spares its user what TensorFlow says on loading;
# a library that was imported leaves that to whoever imports it.
if sys.argv[0] == "-m":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tfmtl import audience
from tfmtl import datasets
from tfmtl import layers
from tfmtl import losses
from tfmtl import metrics
from tfmtl import models
from tfmtl import optimizers
from tfmtl import training
from tfmtl.features import CategoricalFeature
from tfmtl.features import NumericFeature
from tfmtl.features import SequenceFeature
from tfmtl.tasks import BinaryTask
from tfmtl.tasks import CountTask
from tfmtl.tasks import RegressionTask

__version__ = "0.1.0"
