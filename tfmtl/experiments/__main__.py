"""`python -m tfmtl.experiments`: see `docs/experiments.md`."""

import sys

import tensorflow as tf

from tfmtl.experiments import command_line

if __name__ == "__main__":
    # Steps of such models are too short to be shared out; and sums in one
    # order are what makes the same seed give the same numbers.
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    sys.exit(command_line.main())
