import numpy as np
import pytest

import tfmtl
from benchmarks import m2m_step


def test_the_share_of_the_meta_units_is_told(monkeypatch):
    times = {
        "CGC": {"train": 40.0, "predict": 10.0},
        "M2M": {"train": 200.0, "predict": 50.0},
        "meta units": {"train": 100.0, "predict": 20.0},
    }
    monkeypatch.setattr(m2m_step, "measure", lambda **sizes: times)
    text, results = m2m_step.run(m2m_step.QUICK)
    assert results["share"] == {"train": 0.5, "predict": 0.4}
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "| M2M | 200.0 | 50.0 |" in lines
    assert "| share of M2M | 50% | 40% |" in lines


@pytest.mark.parametrize("sharing", [False, True])
def test_all_meta_units_are_run_forth_and_back(sharing):
    model = tfmtl.models.M2M(
        [tfmtl.CategoricalFeature("scenario", 3, embedding_dim=2)],
        [tfmtl.CountTask("a"), tfmtl.CountTask("b")],
        num_experts=2,
        expert_units=(4,),
        scenario_units=3,
        meta_sharing=sharing,
        seed=0,
    )
    model.build()
    forth, back = m2m_step._units(model, batch_size=5)
    assert np.isfinite(forth().numpy())
    gradients = back()
    assert all(gradient is not None for gradient in gradients)
    parts = 1 if sharing else 2
    # Inputs of an attention's unit and of two blocks, and the scenario.
    weights = sum("unit" in w.path for w in model.trainable_weights)
    assert len(gradients) == 3 * parts + 1 + weights
