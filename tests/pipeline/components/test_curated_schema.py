import tensorflow as tf

from pipeline.components import curated_schema
from pipeline.components.raw_column import RawColumn

SCHEMA = """
feature { name: "city" type: BYTES domain: "places" }
feature { name: "price" type: FLOAT }
string_domain { name: "places" value: "" value: "a" value: "b" }
"""


def test_columns_take_the_domains_of_their_features(tmp_path):
    path = tmp_path / "schema.pbtxt"
    path.write_text(SCHEMA)
    city, price = curated_schema.with_domains(
        [RawColumn("city", tf.string), RawColumn("price", tf.float32)], path
    )
    assert city == RawColumn("city", tf.string, domain=("", "a", "b"))
    assert price == RawColumn("price", tf.float32)
