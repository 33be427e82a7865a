"""The one table of quantities: names, units, labels, symbols.

What is measured, compared, printed and drawn under a name has its unit and its words from here.
"""

from typing import NamedTuple


class Quantity(NamedTuple):
    """The unit in which a quantity is held ("1" for a pure number), its name and its symbol."""

    unit: str
    label: str
    symbol: str


ABSCISSAS = {
    "temperature": Quantity("K", "temperature", "T"),
    "field": Quantity("T", "magnetic field", "B"),
    "pressure": Quantity("GPa", "pressure", "P"),
}
"""What is set in an experiment; every point has a number for each that the file names."""

QUANTITIES = {
    "critical_temperature": Quantity("K", "critical temperature", "Tc"),
    "zero_temperature_gap": Quantity("meV", "largest gap at T = 0", "Delta(0)"),
    "gap_ratio": Quantity("1", "2 Delta(0)/(k Tc), largest gap", "2 Delta(0)/(k Tc)"),
    "isotope_coefficient": Quantity("1", "isotope coefficient", "alpha"),
    "specific_heat_jump": Quantity("1", "specific-heat jump/(gamma Tc)", "jump at Tc"),
    "critical_field_ratio": Quantity("1", "ratio gamma Tc²/Hc(0)² (Gauss)", "gamma Tc²/Hc²"),
    "zero_temperature_critical_field": Quantity("T", "thermodynamic Bc at T = 0", "Bc(0)"),
    "gap": Quantity("meV", "largest gap", "Delta(T)"),
    "smallest_gap": Quantity("meV", "smallest gap", "smallest Delta(T)"),
    "thermodynamic_critical_field_ratio": Quantity("1", "thermodynamic Bc(T)/Bc(0)", "Bc(T)/Bc(0)"),
    "thermodynamic_critical_field": Quantity("T", "thermodynamic Bc", "Bc(T)"),
    "critical_field": Quantity("T", "critical field from the gap", "B from the gap"),
    "critical_current": Quantity("A", "critical current", "Ic"),
    "critical_current_density": Quantity("A/cm^2", "critical current density", "jc"),
    "landau_critical_current_density": Quantity(
        "A/cm^2", "Landau critical current density", "Landau jc"
    ),
}
"""What is measured, and what a comparison calculates."""
