"""A density of states as a program wrote it, and the band of conduction electrons within it."""

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import pydantic

from pairlab.electrons.crystals.crystal import Crystal
from pairlab.electrons.states.dos import Tabulated
from pairlab.errors import InputError, of_validation

_EMPTY = 1e-4  # of the largest S: less is no band, but the tail of a broadened one
_FEWEST = 4
_SAME_CELL = 0.05  # relative difference of volumes, more than strain
_RISE = (0.25, 0.7)  # of S(E_F): where a band is a parabola, and smearing changes it little
_PARABOLA = 0.05  # of S^2, by which it may differ from a line
_LARGEST = 1e6  # meV; energies of valence electrons lie within 1 keV


class Band(NamedTuple):
    """S(E) from the bottom of the band; the Fermi energy from there, where the file has one; the
    bottom on the file's own scale, and how well it is known. meV."""

    states: Tabulated
    fermi_energy: float | None
    bottom: float
    bottom_error: float


class DensityTable(pydantic.BaseModel, frozen=True):
    """S(E) as it stands in a file, both spins together.

    energy: (point,) meV, strictly increasing, from the file's own zero. states: (point,) not
    negative, in 1/meV for what `per` says: one cell of the crystal, or 1 nm^3. fermi_energy: meV,
    on the same scale. volume (nm^3) and atoms: of the cell, where the file has them. notes: what
    was changed when it was read. source: the file and its SHA-256.

    Raises: InputError where the columns cannot be a density of states.
    """

    model_config = pydantic.ConfigDict(extra="forbid", allow_inf_nan=False)
    read_with: ClassVar = "pairlab.read_density_of_states"

    name: str = ""
    energy: tuple[float, ...]
    states: tuple[float, ...]
    per: Literal["cell", "nm^3"]
    fermi_energy: float | None = None
    volume: float | None = pydantic.Field(None, gt=0)
    atoms: int | None = pydantic.Field(None, gt=0)
    notes: tuple[str, ...] = ()
    source: str = ""

    def __init__(self, **values: Any) -> None:
        try:
            pydantic.BaseModel.__init__(self, **values)
        except pydantic.ValidationError as error:
            raise of_validation(
                error, kind="density_of_states",
                remedy="read it from a file with pairlab.read_density_of_states, or give energy, "
                "states and per",
            ) from None  # fmt: skip

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> "DensityTable":
        energy, states = np.array(self.energy), np.array(self.states)
        if len(energy) != len(states) or len(energy) < _FEWEST:
            raise self._wrong(
                f"{len(energy)} energies and {len(states)} values",
                f"a curve has one value for each energy, and at least {_FEWEST} points",
                "give both columns in full",
            )
        if np.any(np.diff(energy) <= 0):
            place = int(np.argmax(np.diff(energy) <= 0)) + 1
            raise self._wrong(
                f"the energy {energy[place]:.10g} meV follows {energy[place - 1]:.10g} meV",
                "energies rise from point to point",
                "sort the points and remove repeated ones",
            )
        if np.ptp(energy) > _LARGEST:
            raise self._wrong(
                f"its energies span {np.ptp(energy) * 1e-6:.3g} keV",
                "no valence electrons have such energies: the unit may be another one",
                "check the unit of the energies",
            )
        if np.any(states < 0) or not np.any(states > 0):
            raise self._wrong(
                "values below zero" if np.any(states < 0) else "every value is zero",
                "a density of states is positive where there are states, and never negative",
                "correct the column",
            )
        fermi = self.fermi_energy
        if fermi is not None and not energy[0] < fermi < energy[-1]:
            raise self._wrong(
                f"it ends at {energy[0]:.6g} and {energy[-1]:.6g} meV, and the Fermi energy is "
                f"{fermi:.6g} meV",
                "the density of states does not reach the Fermi energy",
                "calculate it over a wider range of energies",
            )
        return self

    def _wrong(self, what: str, why: str, remedy: str) -> InputError:
        name = f" {self.name}" if self.name else ""
        return InputError(what=f"density of states{name}: {what}", why=why, remedy=remedy)

    def band(self, structure: Crystal | None) -> Band:
        """The band that the Fermi energy lies in, per volume and from its own bottom.

        Near its bottom S^2 is linear in E, also where a file is smeared: the bottom is where a line
        through S^2 between 0.25 and 0.7 of S(E_F) crosses zero. Where S is no such parabola it is
        the highest energy below E_F at which S has fallen below 1e-4 of its maximum. Without a
        Fermi energy the bottom is the zero of the file.

        Args:
            structure: gives the volume of the cell for a file without one.

        Raises: InputError where the volume is not known or belongs to another cell, there are no
            states at E_F, or the energies begin inside the band.
        """
        energy, states = np.array(self.energy), np.array(self.states) / self._per(structure)
        empty = states <= _EMPTY * states.max()
        if self.fermi_energy is None:
            bottom, error = self._at_zero(energy, empty), 0.0
        else:
            bottom, error = self._bottom(energy, states, empty)
        above = energy > bottom
        curve = Tabulated(
            np.concatenate([[0.0], energy[above] - bottom]),
            np.concatenate([[0.0 if error else np.interp(bottom, energy, states)], states[above]]),
        )
        fermi = None if self.fermi_energy is None else self.fermi_energy - bottom
        return Band(curve, fermi, bottom, error)

    def _per(self, structure: Crystal | None) -> float:
        """The volume that S counts states for, nm^3. Raises: InputError."""
        if self.per == "nm^3":
            return 1.0
        if structure is None:
            if self.volume is None:
                raise self._wrong(
                    "it is per cell",
                    "the volume of the cell is not known, and pairs are counted per volume",
                    "give the structure too",
                )
            return self.volume
        volume = structure.volume
        if self.atoms is not None:
            volume *= self.atoms / len(structure.symbols)
        if self.volume is not None and abs(self.volume / volume - 1) > _SAME_CELL:
            raise self._wrong(
                f"its cell has {self.volume:.5g} nm^3, the structure {volume:.5g} nm^3",
                "the file and the structure are of different cells",
                "give the structure that the density of states was calculated for",
            )
        return volume

    def _at_zero(self, energy: np.ndarray, empty: np.ndarray) -> float:
        """0, the bottom without a Fermi energy. Raises: InputError where it cannot be one."""
        if not energy[0] <= 0 < energy[-1] or not np.all(empty[energy < 0]):
            raise self._wrong(
                f"it has no Fermi energy, and states from {energy[~empty][0]:.6g} meV on",
                "without a Fermi energy the bottom of the band is at zero",
                "write the Fermi energy into the file, or shift the energies so that the band "
                "begins at zero",
            )
        return 0.0

    def _bottom(
        self, energy: np.ndarray, states: np.ndarray, empty: np.ndarray
    ) -> tuple[float, float]:
        """Where the band of E_F begins, and how well that is known, meV. Raises: InputError."""
        assert self.fermi_energy is not None
        at_fermi = float(np.interp(self.fermi_energy, energy, states))
        if at_fermi <= _EMPTY * states.max():
            raise self._wrong(
                f"there are no states at the Fermi energy, {self.fermi_energy:.6g} meV",
                "the crystal is an insulator there, without conduction electrons",
                "give the density of states of a metal, or shift its Fermi energy by doping",
            )
        below = np.flatnonzero(empty & (energy < self.fermi_energy))
        if not below.size:
            raise self._wrong(
                f"it begins at {energy[0]:.6g} meV, where there are states",
                "the bottom of the band lies below it",
                "calculate it from lower energies on",
            )
        last = int(below[-1])
        rise = slice(last, last + 1 + int(np.argmax(states[last:] > _RISE[1] * at_fermi)))
        e, squares = energy[rise], states[rise] ** 2
        e, squares = (x[squares > (_RISE[0] * at_fermi) ** 2] for x in (e, squares))
        if len(e) >= _FEWEST:
            half = len(e) // 2
            lines = [np.polyfit(x, y, 1) for x, y in ((e, squares), (e[half:], squares[half:]))]
            found, other = (float(-line[1] / line[0]) for line in lines)
            off = np.abs(np.polyval(lines[0], e) - squares).max()
            if off < _PARABOLA * squares.max() and energy[last] <= found < e[0]:
                return found, abs(found - other) + 1e-9 * abs(e[0] - found)
        return float(energy[last]), float(energy[last + 1] - energy[last])
