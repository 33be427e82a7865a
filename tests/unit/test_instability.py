"""The search for the onset of an instability, on leading values with known zeros."""

import numpy as np
import pytest

from pairlab.pairing.instability import Instability, judged, onset
from pairlab.solution import CODES, PROMISED_ACCURACY, Result

LOWEST, HIGHEST = -12.0, 9.0


class Artificial(Instability):
    """Leading values in closed form, with their zeros; slopes where they are asked for."""

    def __init__(self, functions, *, slopes, guess=0.0):
        count = len(functions)
        self.functions, self.slopes = functions, slopes
        self.lowest, self.highest = np.full(count, LOWEST), np.full(count, HIGHEST)
        self.guess = np.full(count, guess)

    def leading(self, log_x):
        assert log_x.shape == self.lowest.shape
        assert np.all((log_x >= self.lowest) & (log_x <= self.highest))
        value = np.array([f(x) for f, x in zip(self.functions, log_x, strict=True)])
        if not self.slopes:
            return value, None
        step = 1e-6
        slope = [(f(x + step) - f(x - step)) / (2 * step)
                 for f, x in zip(self.functions, log_x, strict=True)]  # fmt: skip
        return value, np.array(slope)


def line(root, slope=0.3):
    return lambda x: slope * (root - x)


def curved(root):
    """As a thermal logarithm that ends: the pair susceptibility of a finite band."""
    return lambda x: float(np.log1p(np.exp(2.0 - x)) - np.log1p(np.exp(2.0 - root)))


def plateau(root, steepness=8.0):
    """Constant on both sides of a step: carriers that are only thermally excited."""
    return lambda x: float(-0.2 * np.tanh(steepness * (x - root)))


def never():
    return lambda x: -1.0 - 0.01 * x


def flat():
    """Nothing pairs: the kernel is zero."""
    return lambda x: -1.0


def jump(root):
    """Passes zero without a zero."""
    return lambda x: 0.5 if x < root else -0.5


ROOTS = {
    "line": (line(1.5), 1.5),
    "line far below": (line(-11.5), -11.5),
    "line far above": (line(8.7), 8.7),
    "steep line": (line(-3.0, slope=40.0), -3.0),
    "curved": (curved(-2.0), -2.0),
    "curved tail": (curved(6.0), 6.0),
    "plateau at the guess": (plateau(0.0), 0.0),
    "plateau above": (plateau(5.3), 5.3),
    "plateau below": (plateau(-7.1), -7.1),
    "sharp plateau": (plateau(3.21, steepness=60.0), 3.21),
}
BARREN = {"never": never(), "flat": flat(), "root below the lowest": line(LOWEST - 2.0)}
SLOPES = pytest.mark.parametrize("slopes", [False, True])


def residual_at(instability, place):
    return instability.leading(np.clip(place.log_x, instability.lowest, instability.highest))[0]


@SLOPES
@pytest.mark.parametrize("name", ROOTS)
def test_one_point(name, slopes):
    function, root = ROOTS[name]
    found = onset(Artificial([function], slopes=slopes))
    assert found.exists.tolist() == [True]
    # What is left is squared by the Newton step of the caller.
    assert found.log_x == pytest.approx([root], abs=2e-5)
    assert found.evaluations > 0


@SLOPES
@pytest.mark.parametrize("name", BARREN)
def test_one_point_without_an_onset(name, slopes):
    found = onset(Artificial([BARREN[name]], slopes=slopes))
    assert found.exists.tolist() == [False]
    assert found.log_x.tolist() == [LOWEST]


def everything():
    functions = [f for f, _ in ROOTS.values()] + list(BARREN.values())
    roots = np.array([root for _, root in ROOTS.values()] + [LOWEST] * len(BARREN))
    exists = np.array([True] * len(ROOTS) + [False] * len(BARREN))
    return functions, roots, exists


@SLOPES
@pytest.mark.parametrize("guess", [-11.0, 0.0, 8.0])
def test_a_batch_of_everything(slopes, guess):
    functions, roots, exists = everything()
    found = onset(Artificial(functions, slopes=slopes, guess=guess))
    assert found.exists.tolist() == exists.tolist()
    assert found.log_x == pytest.approx(roots, abs=2e-5)


@SLOPES
def test_a_batch_is_each_of_its_points(slopes):
    functions, _, _ = everything()
    together = onset(Artificial(functions, slopes=slopes))
    for i, function in enumerate(functions):
        single = onset(Artificial([function], slopes=slopes))
        assert together.exists[i] == single.exists[0]
        assert together.log_x[i] == pytest.approx(single.log_x[0], abs=2e-5)


@SLOPES
def test_the_order_of_the_points_changes_nothing(slopes):
    functions, _, _ = everything()
    first = onset(Artificial(functions, slopes=slopes))
    order = np.random.default_rng(5).permutation(len(functions))
    second = onset(Artificial([functions[i] for i in order], slopes=slopes))
    assert second.exists.tolist() == first.exists[order].tolist()
    assert second.log_x == pytest.approx(first.log_x[order], abs=1e-12)


@SLOPES
def test_each_point_keeps_its_own_bounds(slopes):
    instability = Artificial([line(1.0), plateau(2.0), line(3.0), never()], slopes=slopes)
    instability.lowest = np.array([0.5, 1.5, -4.0, 0.0])
    instability.highest = np.array([1.5, 2.5, 3.5, 1.0])
    instability.guess = np.array([0.6, 1.6, -3.0, 0.5])
    found = onset(instability)
    assert found.exists.tolist() == [True, True, True, False]
    assert found.log_x == pytest.approx([1.0, 2.0, 3.0, 0.0], abs=2e-5)


@SLOPES
def test_a_line_costs_few_evaluations(slopes):
    assert onset(Artificial([line(7.0)], slopes=slopes)).evaluations <= 5


def codes(**changes):
    arguments = {"exists": True, "residual": 0.0, "error": 1e-9, "log_x": 1.0, "highest": 2.0}
    arguments = {name: np.array([value]) for name, value in {**arguments, **changes}.items()}
    return CODES[int(judged(**arguments)[0])]


def test_judgement_of_a_good_onset():
    assert codes() is Result.SUCCESS
    assert codes(error=PROMISED_ACCURACY) is Result.SUCCESS
    assert codes(error=1.01 * PROMISED_ACCURACY) is Result.INACCURATE
    assert codes(error=np.inf) is Result.INACCURATE
    assert codes(error=np.nan) is Result.INACCURATE


def test_judgement_of_what_is_no_onset():
    assert codes(exists=False) is Result.NO_SUPERCONDUCTIVITY
    assert codes(exists=False, residual=-1.0, log_x=LOWEST) is Result.NO_SUPERCONDUCTIVITY
    assert codes(residual=0.1) is Result.NOT_CONVERGED
    assert codes(residual=-0.1) is Result.NOT_CONVERGED
    assert codes(log_x=2.0) is Result.NOT_CONVERGED  # a bound is no onset
    assert codes(residual=np.nan) is Result.NOT_FINITE
    assert codes(log_x=np.inf) is Result.NOT_FINITE
    assert codes(residual=np.nan, exists=False) is Result.NOT_FINITE


@SLOPES
def test_a_jump_through_zero_is_no_onset(slopes):
    instability = Artificial([jump(1.0), line(1.0)], slopes=slopes)
    place = onset(instability)
    code = judged(
        exists=place.exists,
        residual=residual_at(instability, place),
        error=np.zeros(2),
        log_x=place.log_x,
        highest=instability.highest,
    )
    assert [CODES[c] for c in code] == [Result.NOT_CONVERGED, Result.SUCCESS]
    assert place.log_x == pytest.approx([1.0, 1.0], abs=2e-5)


def test_judgements_of_a_batch_are_those_of_its_points():
    random = np.random.default_rng(6)
    count = 200
    rows = {
        "exists": random.random(count) < 0.8,
        "residual": random.choice([0.0, 1e-6, 0.1, np.nan], count),
        "error": random.choice([1e-9, 1e-2, np.inf], count),
        "log_x": random.choice([1.0, 2.0, np.inf], count),
        "highest": np.full(count, 2.0),
    }
    together = judged(**rows)
    for i in range(count):
        assert CODES[int(together[i])] is codes(**{name: row[i] for name, row in rows.items()})


def test_a_bound_that_does_not_hold_is_raised():
    instability = Artificial([line(HIGHEST + 3.4)], slopes=False, guess=8.0)
    instability.leading = lambda x: (0.3 * (HIGHEST + 3.4 - x), None)
    instability.lift = 10.0
    found = onset(instability)
    assert found.exists.tolist() == [True]
    assert found.log_x == pytest.approx([HIGHEST + 3.4], abs=1e-9)
    assert found.highest[0] >= found.log_x[0]


def test_a_bound_is_raised_no_further_than_the_lift():
    instability = Artificial([line(0.0)], slopes=False)
    instability.leading = lambda x: (np.ones(1), None)
    instability.lift = 2.5
    found = onset(instability)
    code = judged(
        exists=found.exists, residual=np.ones(1), error=np.zeros(1), log_x=found.log_x,
        highest=found.highest,
    )  # fmt: skip
    assert found.highest.tolist() == [HIGHEST + 2.5]
    assert CODES[int(code[0])] is Result.NOT_CONVERGED


@SLOPES
def test_what_was_asked_is_told(slopes):
    function, _ = ROOTS["curved"]
    places, values = onset(Artificial([function], slopes=slopes)).seen
    assert places.shape == values.shape
    assert values[:, 0] == pytest.approx([function(x) for x in places[:, 0]])
