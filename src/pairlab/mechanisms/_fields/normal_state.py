"""Fields that mechanisms share: what absolute fields and currents need of the normal state."""

from typing import Any

from pairlab.mechanisms._fields.base import param


def density_of_states(source: str = "") -> Any:
    """The field `density_of_states`."""
    return param(
        None,
        unit="1/(meV nm^3)",
        gt=0,
        symbol="N(0)",
        doc="the density of states per spin and volume, needed for absolute fields and currents",
        source=source,
    )


def fermi_wavevector(source: str = "") -> Any:
    """The field `fermi_wavevector`."""
    return param(
        None,
        unit="1/nm",
        gt=0,
        symbol="k_F",
        doc="the Fermi wavevector, needed for critical currents",
        source=source,
    )


def cross_section(source: str = "") -> Any:
    """The field `cross_section`."""
    return param(
        None,
        unit="nm^2",
        gt=0,
        symbol="S",
        doc="the cross-section of the sample, which turns a current density into a current",
        source=source,
    )
