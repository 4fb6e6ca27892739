import pathlib

import pytest
from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

import serving

CONFIG = pathlib.Path(serving.__file__).with_name("config")
FLAGS = {
    "--model_config_file=/config/models.config",
    "--batching_parameters_file=/config/batching.config",
    "--monitoring_config_file=/config/monitoring.config",
}


@pytest.fixture(scope="module")
def yaml():
    return pytest.importorskip("yaml")


def test_the_model_configuration_is_what_tensorflow_serving_reads():
    parsed = text_format.Parse(
        (CONFIG / "models.config").read_text(),
        model_server_config_pb2.ModelServerConfig(),
    )
    (model,) = parsed.model_config_list.config
    assert (model.name, model.base_path) == ("funnel", "/models/funnel")
    assert model.model_version_policy.latest.num_versions == 1


def test_compose_publishes_its_ports_on_this_machine_only(yaml):
    service = yaml.safe_load((CONFIG / "compose.yaml").read_text())
    service = service["services"]["serving"]
    assert FLAGS <= set(service["command"])
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_kubernetes_gives_the_server_what_it_asks_for(yaml):
    objects = {
        manifest["kind"]: manifest["spec"]
        for manifest in yaml.safe_load_all(
            (CONFIG / "kubernetes.yaml").read_text()
        )
    }
    pod = objects["Deployment"]["template"]
    (container,) = pod["spec"]["containers"]
    mounts = {mount["name"] for mount in container["volumeMounts"]}
    assert FLAGS <= set(container["args"])
    assert mounts == {volume["name"] for volume in pod["spec"]["volumes"]}
    assert objects["Service"]["selector"] == pod["metadata"]["labels"]
    assert objects["Service"]["clusterIP"] == "None"
    assert "NetworkPolicy" in objects and "PodDisruptionBudget" in objects
