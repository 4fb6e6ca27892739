"""Census-Income (KDD): who earns more than 50,000 $, and who never married.

The files `census-income.data` and `census-income.test` of the UCI Machine
Learning Repository (data set 117, CC BY 4.0), 199,523 and 99,762 rows of the
surveys of 1994 and 1995, as they are or compressed by gzip. They may be had
there and not from here. The two labels are those that MMoE was proposed on.
"""

import os
from pathlib import Path

import pandas as pd

from tfmtl.datasets.checks import TableError
from tfmtl.datasets.checks.columns import require_rows
from tfmtl.tasks import BinaryTask

TASKS = (BinaryTask("income_50k"), BinaryTask("never_married"))
NUMBERS = (
    "age",
    "wage_per_hour",
    "capital_gains",
    "capital_losses",
    "dividends_from_stocks",
    "num_persons_worked_for_employer",
    "weeks_worked_in_year",
)
# In the order of the files; the numbers among them are listed above.
_COLUMNS = (
    "age",
    "class_of_worker",
    "detailed_industry_recode",
    "detailed_occupation_recode",
    "education",
    "wage_per_hour",
    "enroll_in_edu_inst_last_wk",
    "marital_status",
    "major_industry_code",
    "major_occupation_code",
    "race",
    "hispanic_origin",
    "sex",
    "member_of_labor_union",
    "reason_for_unemployment",
    "full_or_part_time_employment",
    "capital_gains",
    "capital_losses",
    "dividends_from_stocks",
    "tax_filer_status",
    "region_of_previous_residence",
    "state_of_previous_residence",
    "detailed_household_and_family_stat",
    "detailed_household_summary",
    "instance_weight",
    "migration_code_change_in_msa",
    "migration_code_change_in_reg",
    "migration_code_move_within_reg",
    "live_in_this_house_1_year_ago",
    "migration_prev_res_in_sunbelt",
    "num_persons_worked_for_employer",
    "family_members_under_18",
    "country_of_birth_father",
    "country_of_birth_mother",
    "country_of_birth_self",
    "citizenship",
    "own_business_or_self_employed",
    "fill_inc_questionnaire_for_veterans_admin",
    "veterans_benefits",
    "weeks_worked_in_year",
    "year",
    "income",
)
# Labels, and the weight of a row in the survey, which is no input.
_NO_INPUTS = ("income", "marital_status", "instance_weight")
CATEGORIES = tuple(
    name for name in _COLUMNS if name not in (*NUMBERS, *_NO_INPUTS)
)
_SURPLUS = "surplus"  # where a row is too long
_WIDTH = "Every row must have 42 columns."
_REMEDY = "Download the file again; its rows are lines of 42 columns."
_INCOMES = {"- 50000.": 0, "50000+.": 1}


def find(folder: str | os.PathLike[str], name: str) -> Path | None:
    """Returns a file of the data set, plain or compressed, or None.

    Args:
        folder: Folder of the files.
        name: `census-income.data` or `census-income.test`.
    """
    for candidate in (Path(folder, name), Path(folder, f"{name}.gz")):
        if candidate.is_file():
            return candidate
    return None


def read(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Reads one file: the inputs, and the labels of `TASKS` as 0 and 1.

    "?" and "NA" count as missing. Income and marital status, which tell the
    labels, are not among the columns.

    Args:
        path: The file, plain or compressed.

    Raises:
        TableError: If there are no rows, a row has not 42 columns, an income
            is not one of the two, or a number is none: with row, column and
            value.
    """
    try:
        frame = pd.read_csv(
            path,
            names=[*_COLUMNS, _SURPLUS],
            index_col=False,
            skipinitialspace=True,
            na_values=["?"],
            dtype={name: "object" for name in (*CATEGORIES, "income")},
        )
    except pd.errors.ParserError as error:
        raise TableError.of(path, _WIDTH, _REMEDY, error=str(error)) from error
    require_rows(frame, path)
    wider = frame[_SURPLUS].notna()
    if wider.any():
        raise TableError.of(path, _WIDTH, _REMEDY, row=int(wider.argmax()))
    income = frame["income"].map(_INCOMES)
    _check(path, "income", income, frame["income"], sorted(_INCOMES))
    for name in NUMBERS:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        _check(path, name, numbers, frame[name], "a number")
        frame[name] = numbers
    frame["income_50k"] = income.astype("int8")
    frame["never_married"] = (
        frame["marital_status"].eq("Never married").astype("int8")
    )
    return frame[[*CATEGORIES, *NUMBERS, *(task.name for task in TASKS)]]


def _check(
    path: str | os.PathLike[str],
    name: str,
    parsed: pd.Series,
    raw: pd.Series,
    expected: object,
) -> None:
    wrong = parsed.isna().to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        raise TableError.of(
            path,
            f"Column {name!r} must hold {expected} in every row.",
            _REMEDY,
            row=row,
            value=raw.iloc[row],
        )
