"""What the entries of `ledger.toml` are computed by.

Cao and Kavokin (2023), "the paper"; its own model is the preset "lk99", its BCS model "lk99_bcs",
its BR-BCS model "lk99_brbcs". `changes` are parameters of its own model that the paper leaves open
(a reading of it). Every function returns a number or a range with its numerical error, or a label.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import integrate, optimize

from pairlab.electrons.wells.triangular import (
    TriangularWell,
    airy_zeros,
    field_gradient_of,
    mass_of,
)
from pairlab.mechanisms.br_bcs import BrBcs, prefactor, printed_critical_temperature
from pairlab.mechanisms.exciton_phonon import LAYER_DENSITY, exciton_coupling
from pairlab.papers.cao2023 import curves, overlaps
from pairlab.papers.cao2023.curves import BR_BCS, NAMES, OWN
from pairlab.papers.statements import difference, labelled, product, quoted
from pairlab.papers.verdict import Computed, computed, quotient
from pairlab.units import BOLTZMANN, CHARGE_OVER_HBAR

Changes = Mapping[str, Any]
_NONE: Changes = {}
_DEBYE = 500.0  # K
_FALLING = 7  # temperatures above 300 K
_SEEN = 1e-12  # an integral that should vanish


# ---- The well (Eq. 4)


def well_level(*, index: int, field_gradient: float, mass: float) -> Computed:
    """E_i = |a_i| (hbar^2 F^2/2m)^(1/3), meV, of the triangular well."""
    well = TriangularWell(field_gradient=field_gradient, mass=mass)
    level = well.levels(index)[-1]
    return computed(level, 1e-14 * level)


def level_ratio(*, index: int) -> Computed:
    """E_i/E_1, that of the zeros of the Airy function."""
    zeros = airy_zeros(index)
    return computed(zeros[-1] / zeros[0], 1e-14)


def well_mass(*, levels: list[float], field_gradient: float) -> Computed:
    """The mass, m_e, that puts the levels where they are."""
    return computed(mass_of(levels, field_gradient))


def well_gradient(*, levels: list[float], mass: float) -> Computed:
    """The field gradient, meV/nm, that puts the levels where they are."""
    return computed(field_gradient_of(levels, mass))


def wavefunction_far_away(*, last: float) -> Computed:
    """Whether |phi_1| of Eq. 4, letter by letter, has died out at `last` lengths l from the wall
    (a bound state has: Ai falls as exp(-2/3 x^1.5))."""
    x = np.linspace(1.0, last, 4001)
    size = np.abs(overlaps.as_printed(x, 1))
    died_out = size[x > last / 2].max() < 1e-6 * size.max()
    return labelled("decays" if died_out else "oscillates")


# ---- Couplings (Sec. 2)


def exciton_coupling_of(*, spacing: float, dipole_length: float) -> Computed:
    """eta_1 from the paper's formula, with its n_p, N(0), g0/A and epsilon."""
    density = 5e10 * 1e-14  # cm^-2
    return computed(
        exciton_coupling(
            spacing=spacing,
            dipole_length=dipole_length,
            exciton_density=density,
            permittivity=6.0,
            interaction=3.0,
            density_of_states=LAYER_DENSITY,
        )
    )


def exciton_coupling_dimension(*, density_power: int) -> Computed:
    """Whether X^4 L^2 d^2 e^4 n_p^power A N(0)/(g0 eps^2) is a pure number."""
    u = _units()
    charge = (u.e**2 / u.vacuum_permittivity) ** 2
    lengths = u.nm**2 * u.nm**2
    layer = u.nm**2 * (1 / (u.meV * u.nm**2)) / (u.meV * u.nm**2)
    return _dimension(lengths * charge * (u.nm**-2) ** density_power * layer, u.dimensionless, u)


def scattering_ratio() -> Computed:
    """|<2|1>|^2/|<1|1>|^2 for the states of Eq. 4."""
    found = TriangularWell(field_gradient=0.5, mass=1.0).orthonormality(2)
    ratio = (found.value[1, 0] / found.value[0, 0]) ** 2
    return computed(ratio, max(found.error, _SEEN))


def nearest_overlap() -> Computed:
    """The nearest of all candidates for the ratio that depend on no length."""
    return computed(overlaps.nearest()[1], 1e-10)


# ---- Gaps and critical temperatures (Sec. 3, Fig. 4a)


def constant_coupling_gap(*, coupling: float) -> Computed:
    """k T_D/sinh(2/eta), meV: the gap of a constant U0 = eta."""
    return computed(BOLTZMANN * _DEBYE / np.sinh(2 / coupling))


def coupling_of_gap(*, gap: list[float]) -> Computed:
    """The constant U0 = eta whose gap lies in a range [meV]."""
    low, high = (2 / np.arcsinh(BOLTZMANN * _DEBYE / delta) for delta in gap)
    return Computed(float(low), float(high))


def order_of(*, temperature: float, changes: Changes = _NONE) -> Computed:
    """The three models from the smallest gap to the largest; so are Bc and Ic, which grow with it
    at one density of states and in one sample."""
    given = curves.frozen(changes)
    size = {name: curves.gap_at(name, temperature, given).low for name in NAMES}
    return labelled(" < ".join(sorted(NAMES, key=lambda name: size[name])))


def lowest_up_to(*, changes: Changes = _NONE) -> Computed:
    """The temperature up to which this model has the smallest gap, K."""
    return curves.lowest_gap_up_to(curves.frozen(changes))


def smoothest(*, measure: str, changes: Changes = _NONE) -> Computed:
    """The model with the smoothest Delta(T).

    measure: "what is left at 290 K": the largest Delta(290 K)/Delta(0); or "reduced": the smallest
    Delta(0.8 Tc)/Delta(0), a curve nearer to a straight line.
    """
    given = curves.frozen(changes)

    def left(name: str) -> float:
        kelvin = 0.8 * curves.critical_temperature(name, given if name == OWN else ()).low
        at = 290.0 if measure == "what is left at 290 K" else kelvin
        of = given if name == OWN else ()
        return curves.gap_at(name, at, of).low / curves.gap_at(name, 0.0, of).low

    choose = max if measure == "what is left at 290 K" else min
    return labelled(choose(NAMES, key=left))


# ---- BR-BCS (Appendix A)


def band_filling() -> Computed:
    """rho of A = rho^(1/3)/(1 - kappa rho^4) with A = 40, kappa = 1."""
    return computed(_br_bcs().band_filling(), 1e-14)


def renormalised_gap() -> Computed:
    """k T_D*/sinh(1/lambda*), meV."""
    mechanism = _br_bcs()
    scale = BOLTZMANN * mechanism.effective_debye_temperature()
    return computed(scale / np.sinh(1 / mechanism.effective_coupling()))


def prefactor_at(*, critical_temperature: float) -> Computed:
    """C(z) at z = T_D/2Tc."""
    return computed(prefactor(_DEBYE / (2 * critical_temperature)), 1e-10)


def largest_prefactor(*, critical_temperature: float) -> Computed:
    """The largest C at a given Tc over every upper limit of its integral: that at the limit 1,
    beyond which ln x is positive."""
    z = _DEBYE / (2 * critical_temperature)
    value, error = integrate.quad(lambda x: np.log(x) / np.cosh(x) ** 2, 0.0, 1.0)
    found = 0.5 * np.exp(-value / np.tanh(z))
    return computed(found, found * abs(error) / np.tanh(z))


def printed_formula() -> Computed:
    """Tc of the printed formula with C(z) as it defines it, K, z and Tc found together."""
    return computed(printed_critical_temperature(_br_bcs()), 1e-8)


def printed_formula_at(*, prefactor_value: float, critical_temperature: float) -> Computed:
    """Tc of the printed formula with a printed C, and z at a printed Tc, K."""
    mechanism = _br_bcs()
    z = _DEBYE / (2 * critical_temperature)
    exponent = 1 / (np.tanh(z) * mechanism.effective_coupling())
    return computed(prefactor_value * mechanism.effective_debye_temperature() * np.exp(-exponent))


def integral_limit(*, candidates: list[float], z: float) -> Computed:
    """The upper limit of the integral in C(z) with which the formula solves the gap equation.

    By parts, Int_0^z tanh(x)/x dx = tanh(z) ln z - Int_0^z ln x/cosh^2 x dx; with 2 Tc z = T_D*
    the formula is 1 = lambda* Int_0^z tanh(x)/x dx only where the limit is z.

    Args:
        candidates: limits to try besides z. z: a value of T_D/2Tc.
    """
    wanted, _ = integrate.quad(lambda x: np.tanh(x) / x if x > 0 else 1.0, 0.0, z, epsabs=1e-13)

    def mismatch(limit: float) -> float:
        value, _ = integrate.quad(lambda x: np.log(x) / np.cosh(x) ** 2, 0.0, limit, epsabs=1e-13)
        return abs(np.tanh(z) * np.log(z) - value - wanted)

    solves = mismatch(z) < 1e-9 and all(mismatch(limit) > 1e-3 for limit in candidates)
    return labelled("z" if solves else "x")


# ---- Fields and currents (Eqs. 2 and 3)


def field_dimension(*, density: str, gap_power: float) -> Computed:
    """What sqrt(mu0 N(0) Delta^power) is.

    density: "of states" or "of carriers", per volume, for what N(0) is.
    """
    u = _units()
    inside = u.vacuum_permeability * _density(density, u) * u.meV**gap_power
    return _dimension(inside**0.5, u.tesla, u)


def current_dimension(*, density: str, gap_power: float) -> Computed:
    """What e N(0) Delta^power/(hbar k_F) is; `density` as for the field."""
    u = _units()
    flow = u.e * _density(density, u) * u.meV**gap_power / (u.hbar / u.nm)
    return _dimension(flow, u.ampere / u.m**2, u)


def critical_field_at(
    *, temperature: float, thickness: float, changes: Changes = _NONE
) -> Computed:
    """Bc = sqrt(mu0 N(0)) Delta, T, with N(0) = m_e/(pi hbar^2) over a thickness in nm."""
    delta = curves.gap_at(OWN, temperature, curves.frozen(changes))
    density = LAYER_DENSITY / thickness
    return computed(
        float(curves.field_of(delta.low, density)), float(curves.field_of(delta.error, density))
    )


def field_ratio(*, model: str, temperature: float, changes: Changes = _NONE) -> Computed:
    """Bc of another model over that of this one; the density of states cancels."""
    own = curves.gap_at(OWN, temperature, curves.frozen(changes))
    return quotient(curves.gap_at(model, temperature), own)


def current_through(
    *, temperature: float, area: float, fermi_wavevector: float = 1.0, changes: Changes = _NONE
) -> Computed:
    """Ic, mA, through a cross-section in nm^2: e N(0) Delta^2/(hbar k_F), N(0) per 7 nm."""
    delta = curves.gap_at(OWN, temperature, curves.frozen(changes))
    unit = CHARGE_OVER_HBAR * LAYER_DENSITY / 7.0 / fermi_wavevector * area * 1e3
    return computed(unit * delta.low**2, 2 * unit * delta.low * delta.error)


def current_at(*, temperature: float, power: float, changes: Changes = _NONE) -> Computed:
    """Ic, mA, in the sample that carries 300 mA at 290 K; power of Delta: 1 or 2."""
    given = curves.frozen(changes)
    delta = curves.gap_at(OWN, temperature, given)
    low, high = (
        float(curves.current_of(delta.low + sign * delta.error, power, given)) for sign in (-1, 1)
    )
    return computed(float(curves.current_of(delta.low, power, given)), (high - low) / 2)


def current_trend(*, lowest: float, changes: Changes = _NONE) -> Computed:
    """How Ic goes with temperature from `lowest` [K] to Tc."""
    given = curves.frozen(changes)
    end = curves.critical_temperature(OWN, given).low
    if end <= lowest:
        return labelled("zero")
    kelvin = tuple(float(t) for t in np.linspace(lowest, end, _FALLING, endpoint=False))
    falling = np.all(np.diff(curves.gaps(OWN, kelvin, given)[0]) < 0)
    return labelled("decreases" if falling else "does not decrease")


def field_curvature(*, power: float) -> Computed:
    """The largest distance of 1 - (B/Bc)^power from a straight line to zero, over Ic(B = 0)."""
    found: Any = optimize.minimize_scalar(
        lambda b: -abs(b - b**power), bounds=(0.0, 1.0), method="bounded"
    )
    return computed(-float(found.fun), 1e-6)


def _br_bcs() -> BrBcs:
    mechanism = curves.model(BR_BCS)
    assert isinstance(mechanism, BrBcs)
    return mechanism


def _units() -> Any:
    import pint  # slow to import, and needed for a few entries only

    return pint.UnitRegistry()


def _density(kind: str, units: Any) -> Any:
    per_volume = 1 / units.nm**3
    return per_volume / units.meV if kind == "of states" else per_volume


def _dimension(quantity: Any, wanted: Any, units: Any) -> Computed:
    """The unit that a quantity should have, where it has that dimension, or else its own one."""
    value = units.Quantity(1.0, "") * quantity
    unit = units.Quantity(1.0, "") * wanted
    same = value.dimensionality == unit.dimensionality
    shown = unit if same else value.to_base_units()
    return labelled(f"{shown.units:~C}" or "a pure number")


COMPUTED: dict[str, Callable[..., Computed]] = {
    function.__name__: function
    for function in (
        quoted, product, difference, well_level, level_ratio, well_mass, well_gradient,
        wavefunction_far_away, exciton_coupling_of, exciton_coupling_dimension, scattering_ratio,
        nearest_overlap, constant_coupling_gap, coupling_of_gap,
        order_of, lowest_up_to, smoothest, band_filling, renormalised_gap, prefactor_at,
        largest_prefactor, printed_formula, printed_formula_at, integral_limit, field_dimension,
        current_dimension, critical_field_at, field_ratio, current_through,
        current_at, current_trend, field_curvature,
    )
}  # fmt: skip
"""The functions that an entry may name."""
