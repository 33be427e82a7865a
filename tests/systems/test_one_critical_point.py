"""A mechanism with a kernel and a condition of its own has one Tc, whoever asks."""

import math
from typing import ClassVar, final

import numpy as np
import pytest

import pairlab as pl
from pairlab.electrons.bands.constant import ConstantBands
from pairlab.observables.registry import offers
from pairlab.pairing.conditions.problem import Conditions
from pairlab.pairing.modes.equation import GapEquation, single_gap
from pairlab.pairing.modes.problem import Modes
from pairlab.pairing.problem import Critical, GapSolver, IsotopeEffect, Scale
from pairlab.units import BOLTZMANN


@final
class Disordered(pl.Mechanism):
    """Pairs bind by a gap equation; their phases order below, by a condition of its own."""

    key: ClassVar = "disordered"
    title: ClassVar = "A gap equation with a condition for the phases"
    cite: ClassVar = ("doi:10.1000/disordered",)
    status: ClassVar = "invented for a test"

    coupling: float = pl.param(gt=0, doc="the attraction")
    cutoff: float = pl.param(unit="meV", gt=0, doc="the energy up to which it acts")
    ordering: float = pl.param(1.0, gt=0, le=1, doc="where phases order, over where pairs bind")

    def kernel(self) -> Modes:
        """The gap equation alone."""
        equation = GapEquation(
            np.full((1, 1, 1, 1), self.coupling), ConstantBands(self.cutoff, np.ones(1))
        )
        return Modes(equation, single_gap)

    def problem(self) -> Conditions:
        """The gap is that of the kernel, Tc that of the phases."""
        kernel = self.kernel()
        paired = kernel.critical()
        solved = Critical(
            "temperature", self.ordering * paired.value, paired.error, "K", paired.result
        )
        return Conditions(
            "phase order",
            lambda: solved,
            {
                GapSolver: kernel.part(GapSolver),
                IsotopeEffect: IsotopeEffect(
                    lambda h: self.replace(cutoff=self.cutoff * math.exp(h)).problem()
                ),
            },
            lambda: (Scale("T_MF", paired.value, paired.error, paired.result, "pairs bind"),),
        )


ONE = Disordered(coupling=0.3, cutoff=30.0, ordering=0.6)


def test_every_observable_has_the_same_critical_temperature():
    tc = pl.critical_temperature(ONE).value
    paired = pl.critical_temperature(pl.Bcs(coupling=0.3, cutoff=30.0)).value
    assert tc == pytest.approx(0.6 * paired)
    gap = pl.gap(ONE, [0.0, 0.5 * tc])
    assert float(gap.critical_temperature) == tc
    swept = pl.sweep(ONE, {"ordering": [0.3, 0.6]}, ["critical_temperature", "gap_ratio"])
    assert swept.critical_temperature.values.tolist() == [pytest.approx(tc / 2), tc]
    ratio = pl.gap_ratio(ONE)
    assert float(ratio.gap_ratio) == pytest.approx(2 * float(gap.gap[0]) / (BOLTZMANN * tc))
    assert swept.gap_ratio.values[1] == float(ratio.gap_ratio)
    assert swept.gap_ratio.values[0] == pytest.approx(2 * float(ratio.gap_ratio))
    report = pl.run(ONE)
    assert float(report.critical_temperature) == tc
    compared = pl.compare({"one": ONE, "two": ONE.replace(ordering=0.3)})
    assert compared.critical_temperature.values.tolist() == [tc, pytest.approx(tc / 2)]
    scales = pl.scales(ONE)
    assert scales.scale.values.tolist() == ["Tc", "T_MF"]
    assert scales.temperature.values == pytest.approx([tc, tc / 0.6])


def test_its_derivatives_are_those_of_that_critical_temperature():
    data = pl.sensitivity(ONE, fields=["coupling", "cutoff", "ordering"])
    by_coupling, by_cutoff, by_ordering = data.logarithmic_derivative.values
    kt = BOLTZMANN * pl.critical_temperature(ONE).value / 0.6
    assert by_coupling == pytest.approx(1 / (0.3 * np.tanh(30.0 / (2 * kt))), rel=1e-6)
    assert by_cutoff == pytest.approx(1.0, rel=1e-6)
    # At 0.6 both sides are allowed; at the bound of 1 only one is.
    assert by_ordering == pytest.approx(1.0, rel=1e-6)
    bound = pl.sensitivity(ONE.replace(ordering=1.0), fields=["ordering"])
    assert float(bound.logarithmic_derivative[0]) == pytest.approx(1.0, rel=1e-6)
    assert pl.isotope_coefficient(ONE).value == pytest.approx(0.5, abs=1e-6)


def test_what_it_does_not_hand_over_is_refused_with_what_it_offers():
    assert {"critical_temperature", "gap", "gap_ratio", "scales"} <= set(offers(ONE))
    with pytest.raises(pl.CapabilityError, match=r"disordered has no thermodynamics.*It offers"):
        pl.thermodynamics(ONE)
