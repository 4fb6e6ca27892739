import pytest

from pipeline.funnel.config import FunnelConfig


def test_reads_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("FUNNEL_HOME", str(tmp_path))
    monkeypatch.setenv("FUNNEL_MODEL", "MMoE")
    monkeypatch.setenv("FUNNEL_EPOCHS", "3")
    config = FunnelConfig.from_environment()
    assert (config.model, config.epochs) == ("MMoE", 3)
    assert config.serving_dir == f"{tmp_path}/serving/funnel"


def test_needs_a_home(monkeypatch):
    monkeypatch.delenv("FUNNEL_HOME", raising=False)
    with pytest.raises(ValueError, match="FUNNEL_HOME"):
        FunnelConfig.from_environment()


def test_names_the_variable_that_is_no_number(monkeypatch, tmp_path):
    monkeypatch.setenv("FUNNEL_HOME", str(tmp_path))
    monkeypatch.setenv("FUNNEL_EPOCHS", "many")
    with pytest.raises(ValueError, match="FUNNEL_EPOCHS.*'many'"):
        FunnelConfig.from_environment()


def test_a_relative_home_does_not_depend_on_the_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert FunnelConfig(home="job").home == f"{tmp_path}/job"
