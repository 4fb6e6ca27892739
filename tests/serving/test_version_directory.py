import os

import pytest

from serving import version_directory


def test_finds_directories_named_by_whole_numbers(tmp_path):
    for name in ["1", "0020", ".tmp-3", "latest", "4x", "-5", "²", "9" * 30]:
        (tmp_path / name).mkdir()
    (tmp_path / "6").write_text("a file")
    assert version_directory.versions(tmp_path) == {
        1: tmp_path / "1",
        20: tmp_path / "0020",
    }


def test_a_missing_directory_is_an_error(tmp_path):
    with pytest.raises(OSError, match="absent"):
        version_directory.versions(tmp_path / "absent")


def test_the_fingerprint_changes_with_any_file(tmp_path):
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "file"
    file.write_text("a")
    before = version_directory.fingerprint(tmp_path)
    assert version_directory.fingerprint(tmp_path) == before
    os.utime(file, ns=(1, 1))
    assert version_directory.fingerprint(tmp_path) != before


def test_the_fingerprint_passes_over_files_that_vanish(tmp_path):
    (tmp_path / "dangling").symlink_to(tmp_path / "absent")
    assert version_directory.fingerprint(tmp_path) == ()
