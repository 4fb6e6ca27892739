"""What a row of advertisers costs M2M and the models beside it.

    python -m benchmarks.m2m_step

writes `docs/results/m2m_step.md` and `.json`: CPU microseconds a sample of a
step of training and of a forecast, for the networks of `m2m_table_4` on
planted scenarios, and how much of M2M's go into its meta units. One thread;
nothing else should run on the machine.
"""

import functools
import os
import statistics
import sys
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from benchmarks import cpu_time
from benchmarks import report
from benchmarks.contenders import Contender
from tfmtl import layers
from tfmtl import optimizers
from tfmtl.experiments import fitting
from tfmtl.experiments import markdown
from tfmtl.experiments import presets
from tfmtl.experiments import protocols
from tfmtl.experiments.environment import describe_environment
from tfmtl.experiments.network import Network
from tfmtl.models import M2M
from tfmtl.models import MultiTaskModel

FULL = {"advertisers": 200, "batch_size": 256, "rounds": 3}
QUICK = {"advertisers": 20, "batch_size": 16, "rounds": 1}

_TEXT = """# A step of M2M and of the models beside it

`{command}`, {date}; {versions}; {hardware}; one thread.

CPU time of the process a sample, median of {rounds} rounds, all models in
alternation. The networks of `m2m_table_4` at the sizes of that table, on
planted scenarios: four sequences of 40 days, four tasks, batches of
{batch_size}.
"""
_SHARE = """
The meta units alone, of attention and tower, on tensors of the same shapes:
forward, and forward with all gradients.
"""

Runs = dict[str, Callable[[], object]]


def measure(
    advertisers: int, batch_size: int, rounds: int
) -> dict[str, dict[str, float]]:
    """Returns CPU microseconds a sample by model, `train` and `predict`.

    Args:
        advertisers: Number of advertisers of the data.
        batch_size: Rows a step.
        rounds: How often each is run.
    """
    preset = presets.Scenarios(advertisers=advertisers)
    data = preset.load(0)
    dataset = fitting.train_batches(
        data.features, data.train, batch_size, 0, drop_remainder=True
    )
    batches = list(dataset)
    train: Runs = {}
    predict: Runs = {}
    for contender in protocols.m2m_table_4(preset).contenders:
        if not isinstance(contender, Network):
            continue
        model = contender.make(data.features, data.tasks, seed=0)
        model.compile(optimizers.LazyAdam(1e-3, **contender.optimizer))
        train[contender.name] = Contender(model, dataset).epoch
        predict[contender.name] = functools.partial(_forecasts, model, batches)
        if isinstance(model, M2M):
            units = _units(model, batch_size)
            count = len(batches)
            train["meta units"] = functools.partial(_repeat, units[1], count)
            predict["meta units"] = functools.partial(_repeat, units[0], count)
    rows = batch_size * len(batches)
    times = {
        kind: _micros(runs, rounds, rows)
        for kind, runs in (("train", train), ("predict", predict))
    }
    return {name: {kind: times[kind][name] for kind in times} for name in train}


def _micros(runs: Runs, rounds: int, rows: int) -> dict[str, float]:
    for run in runs.values():
        run()
    seconds = cpu_time.alternate(runs, rounds)
    return {
        name: statistics.median(each) / rows * 1e6
        for name, each in seconds.items()
    }


def _forecasts(model: MultiTaskModel, batches: Sequence[Any]) -> None:
    for x, _ in batches:
        model.predict_on_batch(x)


def _repeat(run: Callable[[], object], count: int) -> None:
    for _ in range(count):
        run()


def _units(
    model: M2M, batch_size: int
) -> tuple[Callable[[], object], Callable[[], object]]:
    """Returns what calls all meta units, without and with gradients."""
    # A row has so many vectors for one kernel: of one task, or of all.
    tasks = len(model.tasks) // len(model.towers)
    attentions = [each.unit for each in model.mixture.attentions]
    towers = [unit for tower in model.towers for unit in tower.units]
    found = [
        *((unit, model.num_experts * tasks) for unit in attentions),
        *((unit, tasks) for unit in towers),
    ]
    inputs = [
        tf.random.normal((batch_size, vectors, _width(unit)), seed=0)
        for unit, vectors in found
    ]
    scenario = tf.random.normal((batch_size, model.scenario_units), seed=1)

    def outputs() -> tf.Tensor:
        pairs = zip(found, inputs, strict=True)
        return tf.add_n(
            [tf.reduce_sum(unit(each, scenario)) for (unit, _), each in pairs]
        )

    def gradients() -> Any:
        weights = [w.value for unit, _ in found for w in unit.trainable_weights]
        with tf.GradientTape() as tape:
            tape.watch([*inputs, scenario])
            total = outputs()
        return tape.gradient(total, [*inputs, scenario, *weights])

    return tf.function(outputs), tf.function(gradients)


def _width(unit: layers.MetaUnit) -> int:
    width: int = unit.static_kernels[0].shape[0]
    return width


def run(sizes: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Times everything, and returns the report and all numbers."""
    times = measure(**sizes)
    environment = describe_environment("python -m benchmarks.m2m_step")
    units = times["meta units"]
    share = {kind: units[kind] / times["M2M"][kind] for kind in units}
    header = ["model", "train, CPU µs/sample", "forecast, CPU µs/sample"]
    rows = [
        [name, f"{each['train']:.1f}", f"{each['predict']:.1f}"]
        for name, each in times.items()
    ]
    of_model = [f"{share[kind]:.0%}" for kind in ("train", "predict")]
    text = "\n".join(
        [
            _TEXT.format(**environment, **sizes),
            markdown.table(header, rows[:-1]),
            _SHARE,
            markdown.table(
                ["", *header[1:]], [rows[-1], ["share of M2M", *of_model]]
            ),
        ]
    )
    results = {"sizes": sizes, "times": times, "share": share, "bounds": {}}
    return text, {**environment, **results}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and returns the exit code."""
    return report.run_command(__doc__, "m2m_step", run, FULL, QUICK, arguments)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tf.get_logger().setLevel("ERROR")
    cpu_time.use_one_thread()
    sys.exit(main())
