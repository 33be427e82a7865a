"""The data of the counterparts of Figs. 1 to 4 of the paper.

What the paper leaves open is chosen here and said in the captions: the scale of the well, the
cross-section of the sample, and how the critical current depends on the field.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from pairlab.electrons.wells.triangular import TriangularWell, field_gradient_of
from pairlab.mechanisms.exciton_phonon import LK99_SAMPLE, ExcitonPhonon
from pairlab.papers.cao2023 import curves
from pairlab.papers.cao2023.curves import BCS, BR_BCS, NAMES, OWN

LEVELS = (16.87, 29.50, 39.84)
"""As printed, meV."""

_FORCE = 0.5  # meV/nm
_HEIGHT = 5.0  # meV: of the largest wavefunction in the drawing of the well
_READINGS = ("cumulative", "absolute", "added")
_FORMS = {"proportional to Δ, as Eq. 3 is printed": 1.0, "proportional to Δ²": 2.0}
_STATUS = "a model of a hypothesis: LK-99 was not confirmed as a superconductor"
_CURRENT = "300 mA at 290 K for this model fixes the cross-section, which the paper does not print"
_FIELD = "the straight line to Bc is our assumption: Eqs. 1 to 3 do not hold the field"
_DENSITY = "N(0) = mₑ/(π ħ²) per area over 7 nm is our inference"


def figure_data() -> dict[str, xr.Dataset]:
    """Datasets by name, "figure_1" to "figure_4"; all variables carry units and long_name."""
    return {
        "figure_1": _well(), "figure_2": _staircase(), "figure_3": _currents(),
        "figure_4": _comparison(),
    }  # fmt: skip


def _titled(data: xr.Dataset, title: str, caption: str) -> xr.Dataset:
    data.attrs = {"title": title, "caption": caption, "status": _STATUS}
    return data


def _add(
    data: xr.Dataset, name: str, dims: Sequence[str], values: np.ndarray, label: str, units: str
) -> None:
    data[name] = (tuple(dims), values, {"long_name": label, "units": units})


def _axis(data: xr.Dataset, name: str, values: Sequence[object] | np.ndarray, label: str = "",
          units: str = "") -> xr.Dataset:  # fmt: skip
    return data.assign_coords(
        {name: (name, np.asarray(values), {"long_name": label or name, "units": units})}
    )


def _well() -> xr.Dataset:
    mass = (_FORCE / field_gradient_of(LEVELS, 1.0)) ** 2
    well = TriangularWell(field_gradient=_FORCE, mass=mass)
    levels = well.levels(3)
    z = np.linspace(0.0, 120.0, 601)
    waves = np.array([well.wavefunction(i, z) for i in (1, 2, 3)])
    lifted = levels[:, None] + _HEIGHT * waves / np.abs(waves).max()
    data = _axis(xr.Dataset(), "position", z, "position across the well", "nm")
    names = ["potential", *(f"state {i} at {e:.2f} meV" for i, e in enumerate(levels, 1))]
    data = _axis(data, "curve", names)
    data = _axis(data, "state", ["1", "2", "3"])
    _add(data, "energy", ("curve", "position"), np.vstack([_FORCE * z, lifted]),
         "energy", "meV")  # fmt: skip
    _add(data, "wavefunction", ("state", "position"), waves, "wavefunction", "1/√nm")
    return _titled(
        data,
        "Triangular well",
        f"F = {_FORCE} meV/nm with the mass {mass:.5f} mₑ that the printed levels need (the free "
        "electron mass puts them at 4.96, 8.67 and 11.70 meV). Panel a: each state drawn from its "
        f"level, the largest {_HEIGHT:g} meV high.",
    )


def _staircase() -> xr.Dataset:
    models = [ExcitonPhonon.preset("lk99", reading=reading) for reading in _READINGS]
    ends = sorted({end for one in models for end in one.step_ends()})
    beyond = 1.25 * ends[-1]
    sides = [side for end in ends for side in (end * (1 - 1e-9), end * (1 + 1e-9))]
    transfer = np.unique([*np.linspace(0.0, beyond, 201), *sides])
    values = [
        np.append(one.heights(), 0.0)[np.searchsorted(one.step_ends(), transfer)] for one in models
    ]
    data = _axis(xr.Dataset(), "energy_transfer", transfer, "energy transfer ξ − ξ'", "meV")
    data = _axis(data, "reading", _READINGS)
    _add(data, "potential", ("reading", "energy_transfer"), np.array(values),
         "effective potential", "1")  # fmt: skip
    free = TriangularWell(field_gradient=_FORCE, mass=1.0).levels(3)
    data = _axis(data, "subband", [1, 2, 3])
    data = _axis(data, "source", ["printed", "F = 0.5 meV/nm and m = mₑ"])
    _add(data, "level", ("source", "subband"), np.array([LEVELS, free]), "level", "meV")
    return _titled(
        data,
        "Staircase of exciton and phonon pairing",
        "U₀ with the couplings 4.00, 2.98, 0.30 and the widths 12.63 and 10.34 meV: as widths one "
        "after another (cumulative), as energies by themselves (absolute), and with every coupling "
        "added to those beyond it (added). Panel b: the three levels.",
    )


def _kelvin() -> np.ndarray:
    """Temperatures up to 400 K, closer together where a gap ends."""
    ends = [curves.critical_temperature(name).low for name in NAMES]
    close = [end - step for end in ends for step in (0.0, 0.02, 0.2, 1.0, 2.5, 5.0)]
    return np.unique(np.round([*np.linspace(0.0, 400.0, 81), *close], 6))


def _gaps(name: str, kelvin: np.ndarray) -> np.ndarray:
    return curves.gaps(name, tuple(float(t) for t in kelvin))[0]


def _in_field(zero: float, bound: float, field: np.ndarray) -> np.ndarray:
    """Ic (1 - B/Bc) below Bc."""
    return zero * np.clip(1 - field / bound, 0.0, None)


def _bound(delta: np.ndarray | float) -> np.ndarray:
    return curves.field_of(delta, LK99_SAMPLE["density_of_states"])


def _currents() -> xr.Dataset:
    kelvin = _kelvin()
    kelvin = kelvin[kelvin >= 200.0]
    delta, cold = _gaps(OWN, kelvin), curves.gap_at(OWN, 270.0).low
    field = np.linspace(0.0, 0.4, 201)
    data = _axis(xr.Dataset(), "temperature", kelvin, "temperature", "K")
    data = _axis(data, "field", field, "magnetic field", "T")
    data = _axis(data, "form", list(_FORMS))
    by_kelvin = [curves.current_of(delta, power) for power in _FORMS.values()]
    by_field = [
        _in_field(float(curves.current_of(cold, power)), float(_bound(cold)), field)
        for power in _FORMS.values()
    ]
    _add(data, "critical_current", ("form", "temperature"), np.array(by_kelvin),
         "critical current", "mA")  # fmt: skip
    _add(data, "critical_current_in_field", ("form", "field"), np.array(by_field),
         "current at 270 K", "mA")  # fmt: skip
    return _titled(
        data,
        "Critical current of this model",
        f"{_CURRENT}; {_DENSITY}; {_FIELD}.",
    )


def _comparison() -> xr.Dataset:
    kelvin = _kelvin()
    delta = np.array([_gaps(name, kelvin) for name in NAMES])
    warm = np.array([curves.gap_at(name, curves.FITTED_AT).low for name in NAMES])
    field = np.linspace(0.0, 0.6, 241)
    realistic = ExcitonPhonon.preset("lk99_bcs_realistic")
    data = _axis(xr.Dataset(), "temperature", kelvin, "temperature", "K")
    data = _axis(data, "field", field, "magnetic field", "T")
    # Weak coupling: kTc = (2 e^gamma/pi) k T_D exp(-2/eta), which no curve may miss.
    end = 2 * np.exp(np.euler_gamma) / np.pi * 500.0 * np.exp(-2 / realistic.couplings[0])
    low = np.append(end * (1 - np.linspace(1.0, 0.0, 41) ** 2), 1.05 * end)
    data = _axis(data, "low_temperature", low, "temperature", "K")
    data = _axis(data, "model", list(NAMES))
    _add(data, "zero_energy_gap", ("model", "temperature"), delta, "gap at the Fermi level", "meV")
    _add(data, "critical_field", ("model", "temperature"), _bound(delta), "critical field", "T")
    _add(data, "critical_current", ("model", "temperature"), curves.current_of(delta, 2.0),
         "critical current", "mA")  # fmt: skip
    currents = curves.current_of(warm, 2.0)
    by_field = [_in_field(i, float(_bound(d)), field) for i, d in zip(currents, warm, strict=True)]
    _add(data, "critical_current_in_field", ("model", "field"), np.array(by_field),
         "current at 290 K", "mA")  # fmt: skip
    weak = curves.gaps_of(realistic, data.low_temperature.values)[0]
    _add(data, "realistic_gap", ("low_temperature",), weak * 1e3, "BCS gap, η = 0.25", "10^-3 meV")
    return _titled(
        data,
        "Three models of LK-99",
        f"This model (preset lk99), {BR_BCS} (lk99_brbcs), {BCS} (lk99_bcs), and the realistic BCS "
        "gap of the inset, whose coupling is not printed. Ic is proportional to Δ², in one sample "
        f"for all: {_CURRENT}; {_DENSITY}; {_FIELD}.",
    )
