"""Models are chosen by their names, or are one's own."""

from bcforecast.models import classical, registry, trend


def test_a_model_is_found_by_its_name_with_the_seed_of_the_projection():
    assert all(registry.model_of(name).name == name for name in registry.MODELS)
    assert registry.model_of("trend") == trend.Trend()
    assert registry.model_of("ets", seed=7) == classical.Ets(seed=7)
    own = classical.Theta(count=2)
    assert registry.model_of(own, seed=7) is own
