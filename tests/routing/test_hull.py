from hypothesis import given
from hypothesis import strategies as st

from juryroom_server.routing.hull import Point, best, cheapest, hull

points = st.lists(
    st.builds(
        Point,
        name=st.uuids().map(str),
        cost_usd=st.integers(1, 10_000).map(lambda one: one / 100),
        quality=st.integers(0, 1_000).map(lambda one: one / 1000),
    ),
    min_size=1,
    max_size=12,
)


@given(points, st.floats(0, 1))
def test_mixing_along_the_hull_never_costs_more_than_mixing_any_two_models_at_random(models, share):
    edge = hull(models)
    for weak in models:
        for strong in models:
            quality = weak.quality + share * (strong.quality - weak.quality)
            cost = weak.cost_usd + share * (strong.cost_usd - weak.cost_usd)
            mix = cheapest(edge, min(quality, edge[-1].quality))
            assert mix is not None
            assert mix.cost_usd <= cost + 1e-9


@given(points, st.floats(0.01, 110), st.floats(0.01, 110))
def test_more_money_never_buys_less(models, one, other):
    edge = hull(models)
    less, more = best(edge, min(one, other)), best(edge, max(one, other))
    assert less is None or (more is not None and more.quality >= less.quality - 1e-12)


@given(points, st.floats(0, 1))
def test_the_mix_for_a_quality_has_that_quality(models, wanted):
    edge = hull(models)
    mix = cheapest(edge, wanted)
    if mix is None:
        assert wanted > edge[-1].quality
    else:
        assert mix.quality >= wanted - 1e-9
        assert mix.quality <= max(wanted, edge[0].quality) + 1e-9


def test_a_model_that_costs_more_and_solves_less_is_on_no_hull():
    nano = Point(name="nano", cost_usd=0.034, quality=0.35)
    mini = Point(name="mini", cost_usd=0.03, quality=0.6)
    assert hull((nano, mini)) == (mini,)
