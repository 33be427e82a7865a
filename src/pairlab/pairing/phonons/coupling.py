"""What Eliashberg theory needs to know of phonons: lambda(i nu) and the moments of alpha^2F."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np


class Modes(NamedTuple):
    """Phonons one by one, both (mode,): energies in meV, and the part of lambda that each gives."""

    frequency: np.ndarray
    coupling: np.ndarray


@runtime_checkable
class PhononCoupling(Protocol):
    """An electron-phonon coupling function. Frequencies are energies in meV.

    coupling: lambda = 2 Int a2F/w dw. log_frequency, second_frequency: w_log and w2.
    max_frequency: where a2F ends.
    """

    @property
    def coupling(self) -> float: ...
    @property
    def log_frequency(self) -> float: ...
    @property
    def second_frequency(self) -> float: ...
    @property
    def max_frequency(self) -> float: ...
    def matsubara_coupling(self, nu: np.ndarray) -> np.ndarray:
        """lambda(i nu) = 2 Int a2F(w) w/(w^2 + nu^2) dw at nu >= 0, meV."""
        ...

    def modes(self) -> Modes:
        """a2F as modes: Int 2 a2F(w)/w f(w) dw = Sum coupling f(frequency) for smooth f."""
        ...


@dataclass(frozen=True)
class EinsteinMode:
    """One phonon: alpha^2F = (lambda w_E/2) delta(w - w_E)."""

    coupling: float
    frequency: float

    @property
    def log_frequency(self) -> float:
        return self.frequency

    @property
    def second_frequency(self) -> float:
        return self.frequency

    @property
    def max_frequency(self) -> float:
        return self.frequency

    def matsubara_coupling(self, nu: np.ndarray) -> np.ndarray:
        return self.coupling / (1 + (nu / self.frequency) ** 2)

    def modes(self) -> Modes:
        return Modes(np.array([self.frequency]), np.array([self.coupling]))


@dataclass(frozen=True)
class ScaledPhonons:
    """Phonons of one shape: their alpha^2F times a factor, at frequencies times `stiffness`.

    The first makes those of several bands, with the same frequencies; the second another mass of
    all ions, M/stiffness^2, at the same lambda.
    """

    shape: PhononCoupling
    factor: float = 1.0
    stiffness: float = 1.0

    @property
    def coupling(self) -> float:
        return self.factor * self.shape.coupling

    @property
    def log_frequency(self) -> float:
        return self.stiffness * self.shape.log_frequency

    @property
    def second_frequency(self) -> float:
        return self.stiffness * self.shape.second_frequency

    @property
    def max_frequency(self) -> float:
        return self.stiffness * self.shape.max_frequency

    def matsubara_coupling(self, nu: np.ndarray) -> np.ndarray:
        return self.factor * self.shape.matsubara_coupling(np.asarray(nu) / self.stiffness)

    def modes(self) -> Modes:
        return self.scaled(self.shape.modes())

    def scaled(self, modes: Modes) -> Modes:
        """Modes of the shape as these have them."""
        return Modes(self.stiffness * modes.frequency, self.factor * modes.coupling)
