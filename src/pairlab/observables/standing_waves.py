"""The standing waves of a crystal: which of them meet the Fermi energy, and what follows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.datasets import CODE_ATTRIBUTES, attributes
from pairlab.observables.registry import Observable, Report, require
from pairlab.pairing.conditions.standing_waves import StandingWaves, Temperature, WaveLevels

_VERDICTS = {
    "mismatch": "no pairing: |E_F - E_l| exceeds Delta (Eq. 3.4)",
    "conservation": "Tc where single electrons fill the gap (Eq. 3.11)",
    "condensation": "Tc = T_BEC: pairs exist above it up to T*",
    "pairing": "Tc = T*: pairs break first",
    "unknown": "no solution of Eq. 3.11: S(E) falls at the bottom of the gap",
}

_LEVEL = {
    "order": ("order", "1", "order n"),
    "multiplicity": ("multiplicity", "1", "equivalent directions, both senses (0: not known)"),
    "repeat_distance": ("distance", "nm", "repeat distance R"),
    "standing_wave_energy": ("energy", "meV", "level E_l of the standing wave"),
}
_WAVE = {
    "gap_bottom": ("bottom", "meV", "bottom E_1 of the gap"),
    "thermal_constant": ("depth", "1", "C = (E_l - E_1)/kTc"),
    "paired_electrons": ("electrons", "1/nm^3", "density N_s of electrons in the gap"),
}
_TEMPERATURES = {
    "conservation_temperature": ("conservation", "temperature of Eq. 3.11"),
    "condensation_temperature": ("condensation", "T_BEC of the pairs"),
    "pairing_temperature": ("pairing", "pairing temperature T*"),
    "wave_critical_temperature": ("critical", "critical temperature of this standing wave"),
}


def standing_waves(mechanism: Any, *, throw: bool = True) -> xr.Dataset:
    """The levels E_l of all standing waves beside E_F, and the verdict on each (Eqs. 3.2 to 3.13).

    Args:
        mechanism: any mechanism that pairs standing waves.
        throw: what has no solution is a verdict here; taken as by every observable.

    Returns, by `wave` (the direction and the order), nearest to E_F first: order, multiplicity,
    repeat_distance in nm, standing_wave_energy, fermi_mismatch = E_F - E_l in meV, whose size is
    the smallest pairing energy that superconducts, and wave_verdict (text); with a pairing energy
    also gap_bottom, thermal_constant, paired_electrons and, in K with `_error`,
    conservation_temperature (inf: never filled), condensation_temperature, pairing_temperature,
    wave_critical_temperature, with wave_result_code. Scalars: fermi_energy, electron_density,
    pairing_energy, and band_bottom with its error where S(E) is from a file: it moves E_F, and the
    numerical errors of Tc do not contain it. What does not exist is nan.

    Raises: CapabilityError; InputError where the pairing energy exceeds the band.

    Source: Dolgopolov, arXiv:1501.04978.
    """
    found = require(mechanism, WaveLevels, "standing waves").waves()
    labels = [level.label for level in found.levels]
    data = xr.Dataset(coords={"wave": ("wave", labels, {"long_name": "direction"})})
    for name, (part, units, label) in _LEVEL.items():
        values = [getattr(level, part) for level in found.levels]
        data[name] = ("wave", np.array(values), {"units": units, "long_name": label})
    data["fermi_mismatch"] = found.fermi_energy - data.standing_wave_energy
    data.fermi_mismatch.attrs = {"units": "meV", "long_name": "E_F - E_l"}
    data["fermi_energy"] = ((), found.fermi_energy, {"units": "meV", "long_name": "Fermi energy"})
    data["electron_density"] = (
        (), found.density, {"units": "1/nm^3", "long_name": "conduction electrons per volume"}
    )  # fmt: skip
    if found.bottom is not None:
        for name, value, label in zip(
            ("band_bottom", "band_bottom_error"), found.bottom,
            ("bottom of the band in the file", "what the bottom is uncertain by"), strict=True,
        ):  # fmt: skip
            data[name] = ((), value, {"units": "meV", "long_name": label})
    _put_waves(data, found)
    return data.assign_attrs(attributes(mechanism, "levels of a crystal; Eq. 3.11 by bracketing"))


def _put_waves(data: xr.Dataset, found: StandingWaves) -> None:
    """What needs a pairing energy."""
    if found.waves is None:
        needs = "Tc > 0 needs Delta above |E_F - E_l|; none is given"
        data["wave_verdict"] = ("wave", np.full(len(found.levels), needs), {"long_name": "verdict"})
        return
    assert found.pairing is not None
    data["pairing_energy"] = (
        (), found.pairing.pairing_energy, {"units": "meV", "long_name": "pairing energy Delta"}
    )  # fmt: skip
    for name, (part, units, label) in _WAVE.items():
        values = [getattr(wave, part) for wave in found.waves]
        data[name] = ("wave", np.array(values), {"units": units, "long_name": label})
    for name, (part, label) in _TEMPERATURES.items():
        kelvin: Sequence[Temperature] = [getattr(wave, part) for wave in found.waves]
        about = {"units": "K", "long_name": label}
        data[name] = ("wave", np.array([t.value for t in kelvin]), about)
        data[f"{name}_error"] = (
            "wave", np.array([t.error for t in kelvin]),
            {"units": "K", "long_name": f"error of the {label}"},
        )  # fmt: skip
    codes = [wave.result.code for wave in found.waves]
    data["wave_result_code"] = ("wave", np.array(codes), CODE_ATTRIBUTES)
    verdicts = [_VERDICTS[wave.limit] for wave in found.waves]
    data["wave_verdict"] = ("wave", np.array(verdicts), {"long_name": "verdict"})


def _in_report(mechanism: Any, _: Report) -> xr.Dataset:
    return standing_waves(mechanism)


OBSERVABLE = Observable(
    "standing_waves", "standing waves", standing_waves, (WaveLevels,), in_report=_in_report,
    order=20,
)  # fmt: skip
