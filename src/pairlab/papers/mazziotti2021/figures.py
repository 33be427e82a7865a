"""The data of the counterparts of Figs. 3 to 11 of the paper.

Couplings and ranges of eta are the paper's where it states them; where it does not (the values of
eta in Fig. 3c and 9, the couplings of Fig. 8) they are chosen here and said in the caption.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from pairlab.mechanisms.superstripes import RESONANT
from pairlab.observables.fermi_surface import fermi_surface
from pairlab.observables.overlap_integrals import overlap_integrals
from pairlab.papers.mazziotti2021 import curves

CASES: Mapping[str, str] = {"A": "h3s", "B": "cshx"}
COUPLINGS: Mapping[str, float] = {"A": 0.25, "B": 1 / 3}
"""Of Fig. 6, as its text states them."""

_STAGES = (0.1, 0.9, 1.3)
_COUPLINGS = (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.49)
_ANTIRESONANT = (-0.9, -0.7, -0.5, -0.34, -0.2)
_RESONANT = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
_UNITS = {
    "lifshitz": ("1", "Lifshitz parameter"),
    "coupling": ("1", "coupling g in subband 3"),
    "case": ("", "case"),
    "subband": ("1", "subband"),
    "kz": ("pi/d", "wavevector across the wires"),
}


def figure_data() -> dict[str, xr.Dataset]:
    """Datasets by name, "figure_3" to "figure_11"; all variables carry units and long_name."""
    figures = {
        "figure_3": _densities(), "figure_4": _softening(), "figure_5": _overlap(),
        "figure_6": _ratios(), "figure_7": _anisotropy(), "figure_8": _domes(),
        "figure_9": _cuts(), "figure_10": _map("A"), "figure_11": _map("B"),
    }  # fmt: skip
    for data in figures.values():
        for name in data.coords:
            units, label = _UNITS.get(str(name), ("1", str(name).replace("_", " ")))
            data[name].attrs = {"long_name": label, "units": units, **data[name].attrs}
    return figures


def _by_case(parts: Sequence[xr.Dataset], title: str, caption: str) -> xr.Dataset:
    data = xr.concat(
        list(parts), xr.Variable("case", np.array(list(CASES))), join="outer",
        combine_attrs="drop_conflicts", coords="minimal", compat="override",
    )  # fmt: skip
    for name in data.data_vars:
        data[name].attrs = dict(parts[0][name].attrs)
    return _titled(data, title, caption)


def _titled(data: xr.Dataset, title: str, caption: str) -> xr.Dataset:
    data.attrs = {"title": title, "caption": caption}
    return data


def _densities() -> xr.Dataset:
    eta = np.linspace(-1.0, 2.0, 1501)
    parts = []
    for preset in CASES.values():
        states = curves.states(preset, eta, {})
        states = states.isel(subband=slice(RESONANT)).drop_vars("energy_lifshitz")
        parts.append(states.rename(energy="lifshitz").assign_coords(lifshitz=eta))
    data = _by_case(
        parts,
        "Density of states and Fermi surfaces",
        "Density of states per spin, total and by subband, of cases A and B, and the Fermi "
        "contours of case A below, near and above the opening of the neck "
        f"(eta = {', '.join(map(str, _STAGES))}; the paper does not give its values).",
    )
    surfaces = [fermi_surface(curves.model("h3s", lifshitz=eta)) for eta in _STAGES]
    surface = xr.concat(
        [one.isel(subband=slice(RESONANT)) for one in surfaces],
        xr.Variable("stage", np.array(_STAGES)),
        combine_attrs="drop_conflicts",
    )
    data["fermi_wavevector"] = surface.fermi_wavevector
    data["stage"].attrs = {"long_name": "Lifshitz parameter", "units": "1"}
    label = "Fermi wavevector along the wires"
    data["fermi_wavevector"].attrs = {"long_name": label, "units": "1/nm"}
    return data


def _softening() -> xr.Dataset:
    g = np.linspace(0.0, 0.5, 201)
    bare = [curves.model(preset).phonon_energy for preset in CASES.values()]
    soft = np.outer(bare, np.sqrt(1 - 2 * g))
    data = xr.Dataset(
        {"softened_phonon_energy": (("case", "coupling"), soft)},
        {"case": list(CASES), "coupling": g},
    )
    data.softened_phonon_energy.attrs = {"long_name": "softened phonon energy", "units": "meV"}
    return _titled(
        data,
        "Softening of the phonon",
        "Eq. 1, w0~ = w0 sqrt(1 - 2g), with w0 = 330 meV (A) and 225 meV (B).",
    )


def _overlap() -> xr.Dataset:
    data = overlap_integrals(curves.model("h3s"))
    keep = slice(RESONANT)
    data = data.isel(subband=keep, other_subband=keep)
    return _titled(
        data,
        "Pair overlap integrals",
        "I(k, k') of Eq. 5, case A, and its mean over k and k'; 1 for plane waves.",
    )


def _ratios() -> xr.Dataset:
    parts = []
    for case, preset in CASES.items():
        gaps = curves.gap_ratios(preset, COUPLINGS[case], _figure_lifshitz())
        isotope = curves.isotope(preset, COUPLINGS[case])
        keep = [name for name in isotope.data_vars if str(name).startswith("isotope")]
        ratios = gaps[[name for name in gaps.data_vars if str(name).startswith("gap_ratio")]]
        part = ratios.isel(subband=slice(RESONANT)).rename(lifshitz="gap_lifshitz")
        parts.append(part.merge(isotope[keep], combine_attrs="override"))
    data = _by_case(
        parts,
        "Gap ratios and isotope coefficient",
        "2<Delta_n>/(k Tc) at T = 0, averaged over kz, and the isotope coefficient at fixed "
        "chemical potential; g = 1/4 (A) and 1/3 (B). The steps at eta = +-w0~/DeltaE and the "
        "spikes at 1 +- w0~/DeltaE belong to the sharp cutoff.",
    )
    data["gap_lifshitz"].attrs = {"long_name": "Lifshitz parameter", "units": "1"}
    return data


def _figure_lifshitz() -> tuple[float, ...]:
    below = tuple(np.round(np.linspace(-0.5, -0.05, 10), 10))
    return (*below, *curves.LIFSHITZ)


def _anisotropy() -> xr.Dataset:
    parts = []
    for case, preset in CASES.items():
        grid = curves.gap_ratios(preset, COUPLINGS[case], curves.LIFSHITZ)
        three, two = (grid.gap_ratio.sel(subband=n, drop=True) for n in (3, 2))
        part = grid[["critical_temperature"]].assign(gap_anisotropy=three / two)
        label = "gap of subband 3 over gap of subband 2"
        part.gap_anisotropy.attrs = {"long_name": label, "units": "1"}
        part.critical_temperature.attrs["against"] = "gap_anisotropy"
        parts.append(part)
    return _by_case(
        parts,
        "Critical temperature against gap anisotropy",
        "Tc against <Delta_3>/<Delta_2> as eta runs from 0 to 2 at g = 1/4 (A) and 1/3 (B), the "
        "couplings of Fig. 6 (the paper states none here).",
    )


def _domes() -> xr.Dataset:
    axes = {"coupling": _COUPLINGS, "lifshitz": np.round(np.linspace(-1, 2, 151), 10)}
    return _by_case(
        [curves.tc(curves.model(preset), axes) for preset in CASES.values()],
        "Critical temperature against the Lifshitz parameter",
        "Tc(eta) at several couplings g, cases A and B (the paper lists no couplings).",
    )


def _cuts() -> xr.Dataset:
    axes: dict[str, Any] = {
        "lifshitz": (*_ANTIRESONANT, *_RESONANT),
        "coupling": np.round(np.linspace(0.1, 0.49, 40), 10),
    }
    return _titled(
        curves.tc(curves.model("h3s"), axes),
        "Critical temperature against the coupling",
        "Tc(g) at fixed eta, case A, below and above the Lifshitz transition. Where Tc falls with "
        "g at eta < 0 it does so because the cutoff softens, Eq. 1.",
    )


def _map(case: str) -> xr.Dataset:
    data = curves.dome(CASES[case]).copy()
    return _titled(
        data,
        f"Superconducting dome, case {case}",
        f"Tc(eta, g) of case {case}. Widths, dispersion, phonon energy and weak coupling are the "
        "paper's; masses, matching and exchange coupling, which it omits, are its companion's, EPL "
        "134, 17001 (2021).",
    )
