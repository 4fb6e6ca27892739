import json

import pandas as pd
import pytest
import sqlalchemy as sa

from tfmtl.activation import command_line

PLAN = {
    "name": "week 12",
    "start": "2021-03-22",
    "budget": 60_000,
    "offers": [
        {"metric": "active_days", "worth": 300, "pay": 100, "raise_by": 0.5},
        {"metric": "clicks", "worth": 30, "pay": 10, "limits": [20, 200]},
    ],
    "selection": {"max_rate": 0.5, "size": 1000},
    "measures": ["spend"],
}


@pytest.fixture
def run(capsys, tmp_path, monkeypatch, rows):
    """Runs a command beside a plan and its forecasts."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    rows(800).to_parquet("forecasts.parquet")

    def call(*words):
        words = (*words, "--database", "sqlite:///activation.db")
        code = command_line.main(words)
        return code, capsys.readouterr().out

    return call


def plan_words(source=("--parquet", "forecasts.parquet")):
    return ("plan", "plan.json", *source, "--output", "planned.parquet")


def settle_words(source=("--parquet", "outcomes.parquet"), as_of="2021-04-01"):
    words = ("settle", "week 12", *source, "--output", "paid.parquet")
    return (*words, "--as-of", as_of)


def outcomes_of(planned):
    tasks = planned[planned["status"].isin(["offered", "held out"])]
    more = (tasks["status"] == "offered") * 2
    return tasks[["advertiser_id", "scenario"]].assign(
        active_days=1 + more, clicks=3.0, spend=5.0 + tasks["rank"] % 3
    )


def test_a_plan_is_made_settled_and_measured(run):
    code, said = run(*plan_words())
    assert code == 0
    planned = pd.read_parquet("planned.parquet")
    assert len(planned) == 800 and planned["reason"].str.len().min() > 20
    assert "of a budget of 60000" in said and "about to fall" in said
    outcomes_of(planned).to_parquet("outcomes.parquet")
    code, said = run(*settle_words())
    assert code == 0
    paid = pd.read_parquet("paid.parquet")
    assert f"rewards of {paid['paid'].sum()} cents to be paid" in said
    for words in (
        ("measure", "week 12"),
        ("measure", "week 12", "--bootstrap"),
    ):
        code, said = run(*words, "--output", "effect.json")
        assert code == 0
        assert "active rate: treatment is higher" in said
    with open("effect.json") as file:
        assert json.load(file)["missing"] == 0


def test_commands_may_be_run_again(run):
    first, second = run(*plan_words()), run(*plan_words())
    assert "Logged in" in first[1] and "Logged before" in second[1]
    outcomes_of(pd.read_parquet("planned.parquet")).to_parquet(
        "outcomes.parquet"
    )
    assert run(*settle_words()) == run(*settle_words())


def test_rows_may_lie_in_tables_of_the_database(run):
    engine = sa.create_engine("sqlite:///activation.db")

    def put(frame, name):
        columns = [sa.Column(n, sa.Float) for n in frame.columns]
        columns[:2] = [sa.Column(n, sa.Integer) for n in frame.columns[:2]]
        table = sa.Table(name, sa.MetaData(), *columns)
        with engine.begin() as connection:
            table.create(connection)
            connection.execute(table.insert(), frame.to_dict("records"))

    put(pd.read_parquet("forecasts.parquet"), "forecasts")
    run(*plan_words())
    planned = pd.read_parquet("planned.parquet")
    code, said = run(*plan_words(("--table", "forecasts")))
    assert code == 0 and "Logged before, and the same" in said
    pd.testing.assert_frame_equal(pd.read_parquet("planned.parquet"), planned)
    put(outcomes_of(planned), "outcomes")
    assert run(*settle_words(("--table", "outcomes")))[0] == 0
    code, said = run(*settle_words(("--table", "outcome")))
    assert code == 1 and "'outcomes'" in said
    engine.dispose()


def test_a_refused_command_writes_nothing(run, rows):
    rows(800).assign(active_days=-1.0).to_parquet("forecasts.parquet")
    code, said = run(*plan_words())
    assert code == 1 and "must not be negative" in said
    rows(800).to_parquet("forecasts.parquet")
    run(*plan_words())
    before = pd.read_parquet("planned.parquet")
    rows(800, seed=1).to_parquet("forecasts.parquet")
    code, said = run(*plan_words())
    assert code == 1 and "another name" in said
    pd.testing.assert_frame_equal(pd.read_parquet("planned.parquet"), before)
    code, said = run(*settle_words())
    assert code == 1 and "There should be a Parquet file" in said
    outcomes_of(before).to_parquet("outcomes.parquet")
    code, said = run(*settle_words(as_of="2021-03-25"))
    assert code == 1 and "deadline=2021-03-28" in said
    code, said = run("measure", "week 12", "--output", "effect.json")
    assert code == 1 and "settle the plan first" in said


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"budgets": 3}, "the plan should be an object"),
        ({"offers": [{"metric": "clicks"}]}, "an offer should be an object"),
        ({"offers": {}}, "`offers` should be a list"),
        ({"selection": {"rate": 1}}, "`selection` should be an object"),
        ({"budget": 0}, "total=0"),
        ({"start": "22.3.2021"}, 'such as "2021-03-22". Received: start=\'2'),
        ({"start": 20210322}, "Received: start=20210322"),
        ({"measures": "spend"}, "a list of names of columns. Received: meas"),
        ({"measures": [3]}, "list names of columns"),
        ({"control_share": "half"}, "`control_share` should be a number"),
        ({"control_share": True}, "Received: control_share=True"),
        ({"offers": [{**PLAN["offers"][1], "chance": "1"}]}, "chance='1'"),
        ({"offers": [{**PLAN["offers"][1], "limits": 9}]}, "limits=9"),
        ({"offers": [{**PLAN["offers"][1], "limits": [9]}]}, "limits=(9,)"),
    ],
)
def test_refuses_a_plan_file_that_is_none(run, tmp_path, change, message):
    (tmp_path / "plan.json").write_text(json.dumps({**PLAN, **change}))
    code, said = run(*plan_words())
    assert code == 1 and message in said and "plan.json" in said
    assert not (tmp_path / "planned.parquet").exists()


def test_refuses_a_plan_file_that_is_no_json(run, tmp_path):
    (tmp_path / "plan.json").write_text("name: spring")
    code, said = run(*plan_words())
    assert code == 1 and "should be a file of JSON" in said
