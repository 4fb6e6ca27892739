"""Types that signatures of more than one module share."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

TensorLike = Any  # anything `tf.convert_to_tensor` takes
Tensors = Mapping[str, tf.Tensor]
Pairs = list[tuple[tf.Tensor, tf.Tensor]]
InitializerLike = str | keras.Initializer
RegularizerLike = str | keras.Regularizer | None
ActivationLike = str | Callable[[tf.Tensor], tf.Tensor] | None
Schedule = Callable[[float], float]
