"""The data of two figures; the paper has none."""

import numpy as np
import xarray as xr

from pairlab.electrons.states.dos import PowerLaw
from pairlab.mechanisms.standing_wave import StandingWave
from pairlab.pairing.conditions.density_conservation import level_at
from pairlab.papers.dolgopolov.compute import PAIRING_ENERGY, energy_of
from pairlab.study.sweep import sweep

_NO_FIGURE = "The model of arXiv:1501.04978, which has no figures."


def figure_data() -> dict[str, xr.Dataset]:
    """Datasets by name: "dome" and "thermal_constant"; all variables carry units and long_name."""
    share, exponents = np.geomspace(1e-6, 0.05, 95), [0.5, 1.0, 2.0]
    values = [[level_at(PowerLaw(p), bottom=1.0, kt=x).depth for x in share] for p in exponents]
    axes = {"exponent": exponents, "log_kt_over_bottom": np.log10(share)}
    data = xr.Dataset({"thermal_constant": (tuple(axes), values)}, axes)
    names = ("thermal constant C", "power p of S ∝ Eᵖ", "decimal logarithm of kTc/E₁")
    for name, text in zip(("thermal_constant", *axes), names, strict=True):
        data[name].attrs = {"units": "1", "long_name": text}
    data = data.assign_attrs(
        title="Thermal constant of Eq. 3.11",
        caption=f"C for E₁ = 0.25 to 3 eV and Tc = 0.1 to 50 K is printed: kTc/E₁ = 2.9·10⁻⁶ to "
        f"0.017. Where kTc ≪ E₁, C = ln(6 E₁/(π² p kTc)). {_NO_FIGURE}",
        cite=[],
    )
    return {"dome": _dome(), "thermal_constant": data}


def _dome() -> xr.Dataset:
    lithium = StandingWave.preset("li", pairing_energy=PAIRING_ENERGY)
    level, fermi = (energy_of(lithium, of) for of in ("100", "E_F"))
    offsets = np.concatenate([[-1.25], np.sin(np.linspace(-np.pi / 2, np.pi / 2, 121)), [1.25]])
    doping = ((level + offsets * PAIRING_ENERGY) / fermi) ** 1.5 - 1
    return sweep(lithium, {"doping": np.round(doping, 9)}).assign_attrs(
        title="Doped lithium",
        caption=f"Δ = {PAIRING_ENERGY:g} meV is our assumption: none is printed. E_F meets the "
        f"level of R₁₀₀ at a doping of {(level / fermi) ** 1.5 - 1:.3f}. Left of it Eq. 3.7 keeps "
        f"Tc the same, until T_BEC of the few pairs left is lower. {_NO_FIGURE}",
        cite=[],
    )
