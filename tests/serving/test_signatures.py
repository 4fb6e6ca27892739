from tensorflow.core.framework import types_pb2
from tensorflow.core.protobuf import meta_graph_pb2

from serving import signatures


def test_leaves_out_the_initializer():
    serve = meta_graph_pb2.SignatureDef()
    serve.inputs["age"].dtype = types_pb2.DT_INT64
    initialize = meta_graph_pb2.SignatureDef()
    initialize.outputs["__saved_model_init_op"].name = "NoOp"
    known = signatures.from_map(
        {"serve": serve, "__saved_model_init_op": initialize}
    )
    assert list(known) == ["serve"]
    assert known["serve"].inputs["age"].kind == types_pb2.DT_INT64
