"""pairlab: a workbench for superconducting pairing mechanisms.

Names are loaded on first use, so that `import pairlab` costs milliseconds.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "mechanisms": "pairlab.mechanisms._fields.registry",
    "preset": "pairlab.mechanisms._fields.registry",
    "Mechanism": "pairlab.mechanisms._fields.base",
    "param": "pairlab.mechanisms._fields.base",
    "Bcs": "pairlab.mechanisms.bcs",
    "Multiband": "pairlab.mechanisms.multiband",
    "Superstripes": "pairlab.mechanisms.superstripes",
    "ExcitonPhonon": "pairlab.mechanisms.exciton_phonon",
    "BrBcs": "pairlab.mechanisms.br_bcs",
    "StandingWave": "pairlab.mechanisms.standing_wave",
    "McMillan": "pairlab.mechanisms.mcmillan",
    "AllenDynes": "pairlab.mechanisms.allen_dynes",
    "Eliashberg": "pairlab.mechanisms.eliashberg",
    "MultibandEliashberg": "pairlab.mechanisms.multiband_eliashberg",
    "critical_temperature": "pairlab.observables.critical_temperature",
    "isotope_coefficient": "pairlab.observables.isotope_coefficient",
    "gap": "pairlab.observables.gap",
    "gap_ratio": "pairlab.observables.gap_ratio",
    "chemical_potential": "pairlab.observables.chemical_potential",
    "density_of_states": "pairlab.observables.density_of_states",
    "fermi_surface": "pairlab.observables.fermi_surface",
    "overlap_integrals": "pairlab.observables.overlap_integrals",
    "standing_waves": "pairlab.observables.standing_waves",
    "phonon_spectrum": "pairlab.observables.phonon_spectrum",
    "imaginary_gap": "pairlab.observables.imaginary_gap",
    "isotope_by_mode": "pairlab.observables.isotope_by_mode",
    "tunnelling_spectrum": "pairlab.observables.tunnelling_spectrum",
    "thermodynamics": "pairlab.observables.thermodynamics",
    "stiffness": "pairlab.observables.stiffness",
    "critical_field": "pairlab.observables.critical_field",
    "critical_current": "pairlab.observables.critical_current",
    "scales": "pairlab.observables.scales",
    "sensitivity": "pairlab.observables.sensitivity",
    "sweep": "pairlab.study.sweep",
    "compare": "pairlab.study.compare",
    "run": "pairlab.study.report",
    "reproduce": "pairlab.papers.ledger",
    "measured": "pairlab.data.measured",
    "load": "pairlab.io.config",
    "read_structure": "pairlab.io.readers.structures",
    "read_density_of_states": "pairlab.io.readers.densities",
    "read_spectrum": "pairlab.io.readers.spectra",
    "save": "pairlab.io.results",
    "open_result": "pairlab.io.results",
    "plot": "pairlab.plot.figures",
    "Solution": "pairlab.solution",
    "Result": "pairlab.solution",
    "Provenance": "pairlab.solution",
    "PairlabError": "pairlab.errors",
    "InputError": "pairlab.errors",
    "CapabilityError": "pairlab.errors",
    "SolverError": "pairlab.errors",
    "OutputError": "pairlab.errors",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("pairlab")
    if name not in _HOMES:
        raise AttributeError(f"module 'pairlab' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
