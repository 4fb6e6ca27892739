"""Trains every contender of a protocol on every seed."""

from collections.abc import Callable

from tfmtl.experiments.entrant import Entrant
from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.protocol_data import ProtocolData
from tfmtl.experiments.results_folder import ResultsFolder
from tfmtl.experiments.run import Run

OnRun = Callable[[Run], None]


def _say_nothing(run: Run) -> None:
    pass


def sweep(
    protocol: Protocol,
    folder: ResultsFolder,
    environment: dict[str, str],
    on_run: OnRun = _say_nothing,
) -> None:
    """Trains what the folder lacks; killed, it goes on where it was.

    Everything is checked before the first training begins: the data are
    there, and every contender takes their features and tasks.

    Args:
        protocol: What to compare on what.
        folder: Where the runs are kept.
        environment: Command, date, versions and hardware.
        on_run: Called after each run.

    Raises:
        ValueError: If a contender does not take the data, or the folder holds
            other things.
    """
    data = protocol.data.load(protocol.seeds[0])
    check(protocol, data)
    folder.open(protocol, data.summary(), environment)
    for seed in protocol.seeds:
        missing = [
            c for c in protocol.contenders if not folder.has(c.name, seed)
        ]
        if not missing:
            continue
        if seed != protocol.seeds[0]:
            data = protocol.data.load(seed)
        for contender in missing:
            run = train_and_test(contender, protocol, data, seed)
            folder.add(run)
            on_run(run)


def check(protocol: Protocol, data: ProtocolData) -> None:
    """Refuses contenders that cannot take the data, all at once.

    Args:
        protocol: What to compare.
        data: Data of one of its seeds.

    Raises:
        ValueError: If there are such; says which, and why. Or if the protocol
            has a metric that no task has.
    """
    refused = {}
    for contender in protocol.contenders:
        try:
            contender.check_data(data)
        except ValueError as error:
            refused[contender.name] = str(error)
    if refused:
        reasons = "\n".join(f"  {name}: {why}" for name, why in refused.items())
        raise ValueError(
            f"These models of {protocol.name} cannot take the data "
            f"{protocol.data.name!r}; leave them out or take other data. "
            f"Received:\n{reasons}"
        )
    known = data.metric_names
    unknown = [name for name in protocol.metrics if name not in known]
    if unknown:
        raise ValueError(
            f"The metrics of these data are {sorted(known)}. "
            f"Received: {unknown}."
        )


def train_and_test(
    contender: Entrant, protocol: Protocol, data: ProtocolData, seed: int
) -> Run:
    """Trains a contender, which never sees the test part, and tests it once.

    Args:
        contender: What to train.
        protocol: Says how.
        data: Data of this seed.
        seed: Seed of weights, order and draws.
    """
    return contender.run(
        data,
        preset=protocol.data.name,
        settings=protocol.settings,
        seed=seed,
    )
