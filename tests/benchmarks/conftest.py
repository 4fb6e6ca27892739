import pathlib
import sys

# The benchmarks are run from a checkout, they are not installed.
sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
