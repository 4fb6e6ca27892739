import grpc
import pytest

import serving


@pytest.mark.parametrize(
    "service", ["", "m", "PredictionService", "ModelService"]
)
def test_is_healthy_once_a_version_is_served(client, service):
    assert client.health(service)


def test_is_not_healthy_before(push):
    with serving.LocalServer(push.base, "m") as server:
        with serving.PredictionClient(server.target, "m") as client:
            assert not client.health()
            assert not client.health("m")


def test_does_not_know_other_services(client):
    with pytest.raises(
        serving.PredictionError, match="NOT_FOUND: unknown service: other"
    ):
        client.health("other")


def test_speaks_the_protocol_byte_for_byte(server):
    # HealthCheckRequest {service: "m"} and HealthCheckResponse {SERVING}.
    with grpc.insecure_channel(server.target) as channel:
        call = channel.unary_unary("/grpc.health.v1.Health/Check")
        assert call(b"\x0a\x01m", timeout=10) == b"\x08\x01"
