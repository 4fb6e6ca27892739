"""Multi-task recommenders for Keras: models, layers, training, data."""

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
