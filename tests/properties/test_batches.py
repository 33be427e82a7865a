"""Critical temperatures of many problems at once are those of each problem alone."""

import numpy as np
import pytest

import pairlab as pl
from pairlab.observables.registry import problem_of
from pairlab.pairing.modes.problem import Modes
from pairlab.solution import Result

H3S = pl.Superstripes.preset("h3s")


def mixed():
    """Thirty mechanisms of four kinds, easy and hard points in no order."""
    every = [
        *(H3S.replace(lifshitz=eta, coupling=g) for eta in (-0.34, 0.0, 1.0) for g in (0.2, 0.45)),
        H3S.replace(lifshitz=2.0),  # a fourth subband
        # No coupling at all, and a window without states: no superconductivity.
        H3S.replace(coupling=0.0, weak_coupling=0.0, exchange_coupling=0.0),
        H3S.replace(lifshitz=-9.0, phonon_energy=20.0),
        pl.Superstripes.preset("cshx"),
        *(pl.Bcs.preset("textbook", coupling=g) for g in (0.05, 0.07, 0.1, 0.12, 0.25, 0.5, 3.0)),
        *(pl.BrBcs.preset(name) for name in pl.BrBcs.presets),
        *(
            pl.Multiband(couplings=[[a, b], [b, a / 2]], cutoff=30.0)
            for a, b in ((0.3, 0.05), (0.3, -0.05), (-0.4, -0.1), (0.02, 0.2), (1.5, 0.0))
        ),
        pl.Multiband(couplings=[[0.3, 0.0, 0.0], [0.0, 0.3, 0.0], [0.0, 0.0, 0.3]], cutoff=9.0),
        *(pl.ExcitonPhonon.preset(name) for name in pl.ExcitonPhonon.presets),
        *(
            pl.ExcitonPhonon.preset("lk99", couplings=c)
            for c in ([1.0, 0.5, 0.1], [-1.0, -0.5, -0.1], [-1.0, 2.0, 0.5])
        ),
    ]
    order = np.random.default_rng(30).permutation(len(every))
    return [every[i] for i in order]


def anew(mechanisms):
    problems = [m.problem() for m in mechanisms]
    assert all(isinstance(problem, Modes) for problem in problems)
    return problems


def test_many_at_once_are_each_alone():
    mechanisms = mixed()
    assert len(mechanisms) >= 30
    together = Modes.critical_many(anew(mechanisms))
    seen = set()
    for mechanism, many in zip(mechanisms, together, strict=True):
        single = problem_of(mechanism, "critical temperature").critical()
        seen.add(single.result)
        assert many.result is single.result, mechanism
        assert many.unit == single.unit
        if single.result is Result.NO_SUPERCONDUCTIVITY:
            assert many.value == single.value == 0.0
            continue
        assert abs(many.value - single.value) <= min(many.error, single.error), mechanism
        # A stated error is a difference of two quadratures, the same for both.
        assert many.error == pytest.approx(single.error, rel=1e-3, abs=1e-9 * single.value)
    assert {Result.SUCCESS, Result.NO_SUPERCONDUCTIVITY} <= seen


def test_what_was_solved_together_is_kept():
    problems = anew(mixed()[:6])
    together = Modes.critical_many(problems)
    for problem, many in zip(problems, together, strict=True):
        assert problem.critical() == many


def test_the_order_of_the_points_changes_nothing():
    mechanisms = mixed()
    forward = Modes.critical_many(anew(mechanisms))
    backward = Modes.critical_many(anew(mechanisms[::-1]))[::-1]
    for one, other in zip(forward, backward, strict=True):
        assert one.result is other.result
        assert one.value == pytest.approx(other.value, rel=1e-12)


def test_no_problems_have_no_critical_points():
    assert Modes.critical_many([]) == []


def test_a_batch_larger_than_the_cache_is_one_dome():
    # More points of one kind than are solved at once, down to vanishing Tc.
    etas = np.linspace(-1.0, 2.0, 150)
    mechanisms = [H3S.replace(lifshitz=float(eta), subbands=3) for eta in etas]
    together = Modes.critical_many(anew(mechanisms))
    for place in (0, 63, 64, 100, 149):
        single = mechanisms[place].problem().critical()
        assert abs(together[place].value - single.value) <= single.error
        assert together[place].result is single.result
