"""Finds the Parquet files of a run, and tells whether they changed."""

import glob
import hashlib
import os
from collections.abc import Iterable

from tfx.components.example_gen import driver
from tfx.components.example_gen import input_processor
from tfx.proto import example_gen_pb2
from tfx.proto import range_config_pb2


def find_files(folder: str, pattern: str) -> list[str]:
    """Returns the files of a split, sorted.

    Raises:
        ValueError: If there are none.
    """
    files = sorted(glob.glob(os.path.join(folder, pattern)))
    if not files:
        raise ValueError(
            "There should be Parquet files for every split; write them there "
            "or change `input_path`. Received: none at "
            f"{os.path.join(folder, pattern)}."
        )
    return files


class ParquetFilesDriver(driver.FileBasedDriver):
    """Finds the files; what they hold decides whether the cache is good."""

    def get_input_processor(
        self,
        splits: Iterable[example_gen_pb2.Input.Split],
        range_config: range_config_pb2.RangeConfig | None = None,
        input_base_uri: str | None = None,
    ) -> input_processor.InputProcessor:
        """Returns the processor that takes the files' fingerprint."""
        return _ContentProcessor(input_base_uri or "", splits, range_config)


class _ContentProcessor(input_processor.FileBasedInputProcessor):
    """Takes the fingerprint of the contents, not of sizes and times.

    A table that is built again with the same rows then finds the cache.
    """

    def get_input_fingerprint(self, span: int, version: int | None) -> str:
        digest = hashlib.blake2b(digest_size=16)
        for split in self._splits:
            pattern = self.get_pattern_for_span_version(
                split.pattern, span, version
            )
            for path in find_files(self._input_base_uri, pattern):
                name = os.path.relpath(path, self._input_base_uri)
                digest.update(f"{split.name}:{name}\n".encode())
                with open(path, "rb") as file:
                    while part := file.read(1 << 20):
                        digest.update(part)
        return digest.hexdigest()
