"""The purchases of the look-alike tables, cut into two halves of the year."""

import pandas as pd

from tfmtl.datasets.complete_journey import wheel

# Features are from before it, labels from then on.
CUT = pd.Timestamp("2017-07-01")


def read_lines(columns: list[str]) -> pd.DataFrame:
    """Reads the purchases with what the catalogue knows of each product.

    Args:
        columns: The columns of the wheel's `transactions` to read beside
            `household_id`, `product_id` and the day.

    Returns:
        One row a purchase, in the order of the wheel, with `day`,
        `department`, `brand` and `product_category`; these are missing for
        products that the catalogue does not have.
    """
    needed = ["household_id", "product_id", "transaction_timestamp"]
    lines = wheel.read("transactions", [*needed, *columns])
    lines["day"] = lines.pop("transaction_timestamp").dt.normalize()
    products = wheel.read(
        "products", ["product_id", "department", "brand", "product_category"]
    )
    return lines.merge(products, on="product_id", how="left")
