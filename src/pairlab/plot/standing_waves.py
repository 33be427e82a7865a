"""Standing waves of a crystal: their levels beside the Fermi energy."""

import numpy as np
import xarray as xr

from pairlab.plot import description as d
from pairlab.plot.style import band_appearance

_MARKERS: tuple[d.Marker, ...] = ("circle", "square", "diamond", "triangle", "star")
_SHOWN = len(_MARKERS)
_FEW = 500.0  # meV: below, a Fermi energy is better read in meV
_LETTERS = 26  # that fit side by side below a third of a page


def wave_panels(dataset: xr.Dataset) -> list[d.Panel]:
    """The levels nearest to E_F on the density of states, and how far each is from E_F."""
    nearest = dataset.isel(wave=slice(_SHOWN))
    panels = [_mismatch(nearest)]
    if "density_of_states" in dataset and "energy" in dataset.density_of_states.dims:
        panels.insert(0, _levels(nearest))
    return panels


def _unit(dataset: xr.Dataset) -> tuple[str, float]:
    """The unit of energies, and its inverse in meV."""
    return ("meV", 1.0) if float(dataset.fermi_energy) < _FEW else ("eV", 1e-3)


def _levels(dataset: xr.Dataset) -> d.Panel:
    """S(E) with the gap that is paired, the levels on it, and E_F."""
    unit, scale = _unit(dataset)
    energy, states = dataset.energy.values * scale, dataset.density_of_states.values / scale
    series: list[d.Series] = [d.Line(energy, states, "S(E)", heavy=True)]
    best = _best(dataset)
    if best is not None:
        low, high = float(best.gap_bottom) * scale, float(dataset.fermi_energy) * scale
        inside = np.linspace(low, high, 41)
        height = np.interp(inside, energy, states)
        series.append(d.Band(inside, 0 * inside, height, "paired", "sky"))
    for number in range(dataset.sizes["wave"]):
        wave = dataset.isel(wave=number)
        level = float(wave.standing_wave_energy) * scale
        colour, _ = band_appearance(number)
        series.append(
            d.Points(
                np.array([level]), np.interp([level], energy, states),
                f"{_direction(wave)}: {level:.3g} {unit}", colour, _MARKERS[number],
            )
        )  # fmt: skip
    series.append(d.Mark(float(dataset.fermi_energy) * scale, "Fermi energy", colour="black"))
    return d.Panel(
        d.Axis(f"Energy in the band ({unit})", limits=(0.0, float(energy.max()))),
        d.Axis(f"States ({unit}⁻¹ nm⁻³)", limits=(0.0, None)),
        tuple(series),
        title="Levels of standing waves",
    )


def _direction(wave: xr.Dataset) -> str:
    """A direction in the brackets of its family, unless it is a distance."""
    text = str(wave.wave.item())
    direction, comma, order = text.partition(", n")
    return f"{text}" if text.startswith("R") else f"⟨{direction}⟩{comma}{order}"


def _best(dataset: xr.Dataset) -> xr.Dataset | None:
    """The wave with the highest Tc, if one is above zero."""
    if "wave_critical_temperature" not in dataset:
        return None
    kelvin = np.nan_to_num(dataset.wave_critical_temperature.values)
    return dataset.isel(wave=int(kelvin.argmax())) if kelvin.max() > 0 else None


def _mismatch(dataset: xr.Dataset) -> d.Panel:
    """E_F - E_l of each direction; within +-Delta there is pairing."""
    names = [_direction(dataset.isel(wave=number)) for number in range(dataset.sizes["wave"])]
    while len(names) > 2 and sum(map(len, names)) > _LETTERS:
        names.pop()  # the farthest: labels must not touch
    dataset = dataset.isel(wave=slice(len(names)))
    unit, scale = _unit(dataset)
    place = np.arange(len(names), dtype=float)
    series: list[d.Series] = [d.Bars(place, dataset.fermi_mismatch.values * scale)]
    if "pairing_energy" in dataset:
        delta = float(dataset.pairing_energy) * scale
        series += [d.Mark(delta, "±Δ", "y", "vermillion"), d.Mark(-delta, "", "y", "vermillion")]
    return d.Panel(
        d.Axis("Direction", categories=tuple(names)),
        d.Axis(f"Fermi energy − level ({unit})"),
        tuple(series),
        title="Distance from each level",
    )
