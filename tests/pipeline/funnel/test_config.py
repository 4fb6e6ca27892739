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


def test_reads_yes_and_no(monkeypatch, tmp_path):
    monkeypatch.setenv("FUNNEL_HOME", str(tmp_path))
    monkeypatch.setenv("FUNNEL_FAIL_ON_SKEW", "0")
    monkeypatch.setenv("FUNNEL_WARM_START", "1")
    config = FunnelConfig.from_environment()
    assert (config.fail_on_skew, config.warm_start) == (False, True)
    monkeypatch.setenv("FUNNEL_FAIL_ON_SKEW", "maybe")
    with pytest.raises(ValueError, match="FUNNEL_FAIL_ON_SKEW.*'maybe'"):
        FunnelConfig.from_environment()


@pytest.mark.parametrize("name", ["epochs", "statistics_rows"])
def test_refuses_a_setting_that_makes_no_sense(name, tmp_path):
    with pytest.raises(ValueError, match=f"{name}=0"):
        FunnelConfig(home=str(tmp_path), **{name: 0})


def test_refuses_a_negative_number_of_trials(tmp_path):
    with pytest.raises(ValueError, match="0 or more.*tuner_trials=-1"):
        FunnelConfig(home=str(tmp_path), tuner_trials=-1)


def test_refuses_thresholds_that_are_not_there(tmp_path):
    with pytest.raises(ValueError, match="path of a JSON file"):
        FunnelConfig(home=str(tmp_path), thresholds=str(tmp_path / "no.json"))


def test_arguments_for_beam_are_split_as_on_a_command_line(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("FUNNEL_HOME", str(tmp_path))
    config = FunnelConfig.from_environment()
    assert config.beam_arguments == ["--direct_num_workers=1"]
    text = "--runner=DataflowRunner --job_name='the funnel'"
    monkeypatch.setenv("FUNNEL_BEAM_PIPELINE_ARGS", text)
    config = FunnelConfig.from_environment()
    expected = ["--runner=DataflowRunner", "--job_name=the funnel"]
    assert config.beam_arguments == expected


def test_a_quotation_that_is_not_closed_is_refused(tmp_path):
    with pytest.raises(ValueError, match="close the quotation.*'the funnel"):
        FunnelConfig(str(tmp_path), beam_pipeline_args="--name='the funnel")
