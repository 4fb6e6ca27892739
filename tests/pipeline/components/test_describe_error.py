import tensorflow as tf

from pipeline.components.describe_error import describe


def test_gives_value_errors_whole_and_the_last_line_of_others():
    assert describe(ValueError("Wrong:\n- this\n- that")) == (
        "Wrong:\n- this\n- that"
    )
    assert describe(RuntimeError("stack\n\ncause")) == "RuntimeError: cause"
    assert describe(KeyError()) == "KeyError: no message"


def test_gives_the_cause_of_an_operation_and_not_its_node():
    for message in (
        "Graph execution error:\n\nDetected at node A/B\nNo feature: price."
        "\n\t [[{{node A/B}}]] [Op:__inference_serve_7]",
        "{{function_node __wrapped__B}} No feature: price. [Op:B]",
    ):
        error = tf.errors.InvalidArgumentError(None, None, message)
        assert describe(error) == "InvalidArgumentError: No feature: price."
