import numpy as np
import tensorflow as tf

from tfmtl.layers.each_vector import each_vector


def test_a_product_is_that_of_every_vector():
    draw = np.random.default_rng(0)
    inputs = tf.constant(draw.normal(size=(5, 2, 3, 4)))
    kernel = tf.constant(draw.normal(size=(4, 6)))
    outputs = each_vector(lambda rows: tf.matmul(rows, kernel), inputs)
    np.testing.assert_allclose(outputs, inputs.numpy() @ kernel.numpy())


def test_the_kernel_has_one_gradient_and_not_one_for_each_row():
    @tf.function
    def gradient(inputs, kernel):
        with tf.GradientTape() as tape:
            tape.watch(kernel)
            outputs = each_vector(lambda rows: tf.matmul(rows, kernel), inputs)
        return tape.gradient(outputs, kernel)

    graph = gradient.get_concrete_function(
        tf.TensorSpec([7, 3, 4]), tf.TensorSpec([4, 6])
    ).graph
    kinds = {operation.type for operation in graph.get_operations()}
    assert "MatMul" in kinds and not any("Batch" in kind for kind in kinds)
