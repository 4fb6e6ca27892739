"""Where the runs of one protocol are kept until all are there."""

import csv
import dataclasses
import io
import json
import os
from pathlib import Path
from typing import Any

from tfmtl.experiments.protocol import Protocol
from tfmtl.experiments.run import Run
from tfmtl.experiments.run import file_name
from tfmtl.files import write_text


class ResultsFolder:
    """A folder with a file for the protocol and one for each run.

    Every file is there in full or not at all, so that a sweep that was killed
    goes on where it was: `protocol.json`, `runs/{model}--{seed}.json`,
    `runs.csv`, `table.md`, `report.html`.

    Args:
        path: The folder; it is made by `open`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def open(
        self,
        protocol: Protocol,
        data: dict[str, Any],
        environment: dict[str, str],
    ) -> None:
        """Writes what is to be run, or finds that it is the same as before.

        Args:
            protocol: The protocol. It may have more seeds than before.
            data: What the data are.
            environment: Command, date, versions and hardware.

        Raises:
            ValueError: If the folder holds another protocol or other things.
        """
        config = protocol.config()
        if self._is_new():
            description = {
                "name": protocol.name,
                "config": config,
                "data": data,
                "environment": environment,
            }
            self.write("protocol.json", _to_json(description))
            return
        before = self.description()
        more_seeds = {**before["config"], "seeds": config["seeds"]}
        dropped = set(before["config"]["seeds"]) - set(config["seeds"])
        if config != more_seeds or dropped:
            raise ValueError(
                "The folder holds the results of another protocol; choose "
                "another folder, or give the same models, data, settings and "
                f"at least the same seeds. Received: folder={str(self.path)!r}"
                f", different: {_differences(before['config'], config)}."
            )
        if config != before["config"]:
            changes = {"config": config, "environment": environment}
            self.write("protocol.json", _to_json({**before, **changes}))

    def description(self) -> dict[str, Any]:
        """Returns what stands in `protocol.json`.

        Raises:
            ValueError: If there is no such file.
        """
        path = self.path / "protocol.json"
        if not path.is_file():
            raise ValueError(
                "The folder should be one that `run` wrote, with a "
                "protocol.json. "
                f"Received: folder={str(self.path)!r}."
            )
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return content

    def has(self, model: str, seed: int) -> bool:
        """Tells whether a run is finished."""
        return (self.path / "runs" / file_name(model, seed)).is_file()

    def add(self, run: Run) -> None:
        """Writes a finished run."""
        name = f"runs/{file_name(run.model, run.seed)}"
        self.write(name, _to_json(dataclasses.asdict(run)))

    def runs(self) -> list[Run]:
        """Returns the finished runs, models in the protocol's order."""
        config = self.description()["config"]
        names = [model["name"] for model in config["models"]]
        return [
            Run(**json.loads(path.read_text("utf-8")))
            for name in names
            for seed in config["seeds"]
            if (path := self.path / "runs" / file_name(name, seed)).is_file()
        ]

    def write_csv(self) -> Path:
        """Writes one line for each run, and returns the path."""
        lines = [_line(run) for run in self.runs()]
        file = io.StringIO()
        writer = csv.DictWriter(file, lines[0] if lines else [], restval="")
        writer.writeheader()
        writer.writerows(lines)
        return self.write("runs.csv", file.getvalue())

    def write(self, name: str, text: str) -> Path:
        """Writes a file, in full or not at all, and returns its path.

        Args:
            name: Its path within the folder.
            text: What it is to hold.
        """
        path = self.path / name
        write_text(path, text)
        return path

    def _is_new(self) -> bool:
        if (self.path / "protocol.json").is_file():
            return False
        if self.path.is_dir() and any(self.path.iterdir()):
            raise ValueError(
                "The folder should be new, empty, or one that `run` wrote; "
                "choose another. Received: "
                f"folder={str(self.path)!r}, "
                f"holds={sorted(p.name for p in self.path.iterdir())[:5]}."
            )
        return True


def _to_json(content: Any) -> str:
    return json.dumps(content, indent=1) + "\n"


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    names = sorted({*before, *now})
    return [name for name in names if before.get(name) != now.get(name)]


def _line(run: Run) -> dict[str, Any]:
    metrics = {
        f"{part}_{name}": value
        for part in ("dev", "test")
        for name, value in run.metrics[part].items()
    }
    return {
        "model": run.model,
        "seed": run.seed,
        "data": run.data,
        "learning_rate": run.learning_rate,
        "options": json.dumps(dict(run.options)) if run.options else "",
        "epochs": run.epochs,
        "seconds": round(run.seconds, 1),
        "cpu_seconds": round(run.cpu_seconds, 1),
        **metrics,
    }
