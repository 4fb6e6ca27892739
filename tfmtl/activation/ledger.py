"""Who was offered what, and what came of it, in a database."""

import datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from tfmtl.activation import tables
from tfmtl.activation.activation_plan import ActivationPlan
from tfmtl.activation.checked import KEYS
from tfmtl.activation.checked import check_counts
from tfmtl.activation.checked import check_days
from tfmtl.activation.outcome_rows import alike
from tfmtl.activation.outcome_rows import check_known
from tfmtl.activation.outcome_rows import days_of
from tfmtl.activation.outcome_rows import named
from tfmtl.activation.outcome_rows import new_ones
from tfmtl.activation.outcome_rows import settlement
from tfmtl.activation.planning import HELD_OUT
from tfmtl.activation.planning import OFFERED
from tfmtl.database import Database
from tfmtl.database import insert_rows

_TASK = ("arm", "metric", "target", "reward")


class Ledger:
    """Plans, their tasks and outcomes, on SQLite or PostgreSQL.

    Everything is logged once: the same plan or outcome again changes nothing,
    another one under its name is refused. A table is logged in full or not at
    all.

    Args:
        url: A URL of SQLAlchemy, such as `sqlite:///activation.db`. The
            tables are made if they are missing.

    Raises:
        ValueError: If there is no such database.

    Example:

    >>> tfmtl.activation.Ledger("sqlite://").plans()
    []
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = Database(url)
        with self._database.writing() as connection:
            tables.METADATA.create_all(connection)

    def plans(self) -> list[str]:
        """Returns the names of the plans."""
        with self._database.reading() as connection:
            query = sa.select(tables.PLANS.c.plan).order_by("plan")
            return list(connection.execute(query).scalars())

    def record(self, planned: pd.DataFrame, plan: ActivationPlan) -> bool:
        """Logs the tasks that are offered, and those held out.

        Args:
            planned: What `make_plan` returned.
            plan: What it was made of.

        Returns:
            Whether it was new.

        Raises:
            ValueError: If there is another plan of this name.
        """
        rows = planned[planned["status"].isin([OFFERED, HELD_OUT])]
        rows = named(rows, plan.name)[["plan", *KEYS, *_TASK]]
        header = {
            "plan": plan.name,
            "start": plan.start,
            "deadline": plan.deadline,
            "budget": plan.budget.total,
            "control_share": plan.control_share,
            "outcomes": plan.outcomes,
        }
        with self._database.writing() as connection:
            if _header(connection, plan.name) is None:
                connection.execute(sa.insert(tables.PLANS).values(header))
                _insert(connection, tables.ASSIGNMENTS, rows)
                return True
            known = _read(connection, tables.ASSIGNMENTS, plan.name)
            before = _header(connection, plan.name)
        if before != header or not alike(known, rows):
            raise ValueError(
                "A plan is logged once; give another one another name. "
                f"Received: plan={plan.name!r}, which is another one in "
                f"{self.url!r}."
            )
        return False

    def settle(
        self, name: str, outcomes: pd.DataFrame, as_of: datetime.date
    ) -> pd.DataFrame:
        """Logs outcomes, and returns which tasks are completed and paid.

        Args:
            name: Name of the plan.
            outcomes: `advertiser_id`, `scenario` and the columns
                `ActivationPlan.outcomes`: numbers of the days of the plan, of
                advertisers who were offered a task and of those held out.
                They may come in several tables.
            as_of: The day on which outcomes are final.

        Returns:
            One row for each outcome, in order of the keys: the task,
            `value`, `completed`, and `paid` in cents.

        Raises:
            ValueError: If there is no such plan, it is still running, a row
                is not as said, has more active days than the plan has days or
                is of nobody with a task, or an outcome is logged already with
                other numbers. Nothing is logged then.
        """
        with self._database.writing() as connection:
            header = self._checked(connection, name)
            if as_of <= header["deadline"]:
                raise ValueError(
                    "Outcomes are final after the deadline; wait for it. "
                    f"Received: as_of={as_of}, deadline={header['deadline']}."
                )
            metrics = header["outcomes"]
            check_counts(outcomes, metrics, "outcomes")
            check_days(outcomes, metrics[0], days_of(header), "outcomes")
            rows = named(outcomes, name)
            tasks = _read(connection, tables.ASSIGNMENTS, name)
            long = rows.melt(["plan", *KEYS], metrics, "metric", "value")
            check_known(rows, tasks)
            known = _read(connection, tables.OUTCOMES, name)
            _insert(connection, tables.OUTCOMES, new_ones(long, known))
        settled = settlement(tasks, long)
        return settled.sort_values([*KEYS], ignore_index=True)

    def history(self, name: str) -> tuple[dict[str, Any], pd.DataFrame, Any]:
        """Returns a plan, its tasks, and the outcomes that are logged.

        Args:
            name: Name of the plan.

        Returns:
            The plan's columns by name, and two frames: one row a task, and
            one row a task and metric.

        Raises:
            ValueError: If there is no such plan.
        """
        with self._database.reading() as connection:
            return (
                self._checked(connection, name),
                _read(connection, tables.ASSIGNMENTS, name),
                _read(connection, tables.OUTCOMES, name),
            )

    def close(self) -> None:
        """Closes all connections."""
        self._database.close()

    def _checked(self, connection: sa.Connection, name: str) -> dict[str, Any]:
        header = _header(connection, name)
        if header is None:
            query = sa.select(tables.PLANS.c.plan).order_by("plan")
            raise ValueError(
                "The plan should be one that was logged. Received: "
                f"plan={name!r}, {self.url!r} has "
                f"{list(connection.execute(query).scalars())}."
            )
        return header


def _header(connection: sa.Connection, name: str) -> dict[str, Any] | None:
    query = sa.select(tables.PLANS).where(tables.PLANS.c.plan == name)
    row = connection.execute(query).first()
    return None if row is None else dict(row._mapping)


def _read(
    connection: sa.Connection, table: sa.Table, name: str
) -> pd.DataFrame:
    result = connection.execute(sa.select(table).where(table.c.plan == name))
    return pd.DataFrame(result.fetchall(), columns=list(result.keys()))


def _insert(
    connection: sa.Connection, table: sa.Table, rows: pd.DataFrame
) -> None:
    insert_rows(
        connection, table, pa.Table.from_pandas(rows, preserve_index=False)
    )
