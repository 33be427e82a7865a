"""A density of states as a program wrote it, and the band of conduction electrons within it."""

from typing import Any, Literal, NamedTuple

import numpy as np
import pydantic

from pairlab.electrons.dos import Tabulated
from pairlab.errors import InputError

_EMPTY = 1e-4  # of the largest S: less is no band, but the tail of a broadened one
_FEWEST = 4


class Band(NamedTuple):
    """S(E) from the bottom of the band; the Fermi energy from there, where the file has one; and
    the bottom on the file's own scale. meV."""

    states: Tabulated
    fermi_energy: float | None
    bottom: float


class DensityTable(pydantic.BaseModel, frozen=True):
    """S(E) as it stands in a file, both spins together.

    energy: (point,) meV, strictly increasing, from the file's own zero. states: (point,) not
    negative, in 1/meV for what `per` says: one cell of the crystal, or 1 nm^3. fermi_energy: meV,
    on the same scale. volume: of the cell, nm^3, where the file has it. notes: what was changed
    when it was read. source: the file and its SHA-256.

    Raises: InputError where the columns cannot be a density of states.
    """

    model_config = pydantic.ConfigDict(extra="forbid", allow_inf_nan=False)

    name: str = ""
    energy: tuple[float, ...]
    states: tuple[float, ...]
    per: Literal["cell", "nm^3"]
    fermi_energy: float | None = None
    volume: float | None = pydantic.Field(None, gt=0)
    notes: tuple[str, ...] = ()
    source: str = ""

    def __init__(self, **values: Any) -> None:
        try:
            pydantic.BaseModel.__init__(self, **values)
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            cause = first.get("ctx", {}).get("error")
            if isinstance(cause, InputError):
                raise cause from None
            place = ".".join(map(str, first["loc"]))
            raise InputError(
                what=f"density_of_states: {place}",
                why=first["msg"][:1].lower() + first["msg"][1:],
                remedy="read it from a file with pairlab.read_density_of_states, or give energy, "
                "states and per",
            ) from None

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

    def band(self, volume: float | None) -> Band:
        """The band that the Fermi energy lies in, per volume and from its own bottom.

        The bottom is the highest energy below E_F at which S has fallen below 1e-4 of its maximum;
        without a Fermi energy, the zero of the file.

        Args:
            volume: of the cell of the crystal, nm^3, for a file without one.

        Raises: InputError where the volume is not known or there are no states at E_F.
        """
        per = 1.0 if self.per == "nm^3" else self.volume or volume
        if per is None:
            raise self._wrong(
                "it is per cell",
                "the volume of the cell is not known, and pairs are counted per volume",
                "give the structure too",
            )
        energy, states = np.array(self.energy), np.array(self.states) / per
        bottom = 0.0 if self.fermi_energy is None else self._bottom(energy, states)
        if not energy[0] <= bottom < energy[-1]:
            raise self._wrong(
                f"it begins at {energy[0]:.6g} meV",
                "without a Fermi energy the bottom of the band is at zero",
                "shift the energies, or write the Fermi energy into the file",
            )
        above = energy > bottom
        first = float(np.interp(bottom, energy, states))
        curve = Tabulated(
            np.concatenate([[0.0], energy[above] - bottom]),
            np.concatenate([[first], states[above]]),
        )
        fermi = None if self.fermi_energy is None else self.fermi_energy - bottom
        return Band(curve, fermi, bottom)

    def _bottom(self, energy: np.ndarray, states: np.ndarray) -> float:
        """The energy at which the band of E_F begins. Raises: InputError."""
        assert self.fermi_energy is not None
        empty = states <= _EMPTY * states.max()
        if np.interp(self.fermi_energy, energy, states) <= _EMPTY * states.max():
            raise self._wrong(
                f"there are no states at the Fermi energy, {self.fermi_energy:.6g} meV",
                "the crystal is an insulator there, without conduction electrons",
                "give the density of states of a metal, or shift its Fermi energy by doping",
            )
        below = np.flatnonzero(empty & (energy < self.fermi_energy))
        return float(energy[below[-1]]) if below.size else float(energy[0])
