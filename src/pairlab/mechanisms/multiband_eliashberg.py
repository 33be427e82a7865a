"""Migdal-Eliashberg theory of several bands with constant densities of states.

Suhl, Matthias, Walker, Phys. Rev. Lett. 3, 552 (1959); Golubov et al., J. Phys. Condens. Matter 14,
1353 (2002); Dolgov et al., Phys. Rev. B 72, 024504 (2005):

    Z_in = 1 + (pi k T/w_n) Sum_jm lambda_ij(n - m) w_m/sqrt(w_m^2 + Delta_jm^2)
    Z_in Delta_in = pi k T Sum_jm [lambda_ij(n - m) - mu_ij] Delta_jm/sqrt(w_m^2 + Delta_jm^2)
    lambda_ij(n - m) = 2 Int a2F_ij(w) w/(w^2 + (w_n - w_m)^2) dw

i is the band that scatters, so that N_i a2F_ij = N_j a2F_ji, and the same for mu*_ij. Without
`densities` the N_i follow from that. Printed tables are rounded: the two sides may differ by 2 %
(or by 0.0005 in each entry), and both are replaced by their mean, N_i lambda_ij -> (N_i lambda_ij +
N_j lambda_ji)/2. Without that the equations would have no free energy.
"""

from typing import ClassVar, Self, final

import numpy as np
import pydantic

from pairlab.errors import InputError
from pairlab.mechanisms._fields import phonon_fields as fields
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.mechanisms._fields.normal_state import density_of_states
from pairlab.pairing.matsubara.coulomb import Scheme
from pairlab.pairing.matsubara.equations import Electrons
from pairlab.pairing.matsubara.problem import Matsubara
from pairlab.pairing.phonons.coupling import EinsteinMode, PhononCoupling, ScaledPhonons
from pairlab.pairing.phonons.spectrum import PhononSpectrum, weighted_sum

_BALANCE = 0.02
"""By so much N_i lambda_ij and N_j lambda_ji may differ."""

_ROUNDED = 5e-4
"""And by so much each entry, as tables have three decimals."""


@final
class MultibandEliashberg(Mechanism):
    """Bands with phonons and repulsion within and between them, on the imaginary axis."""

    key: ClassVar = "multiband_eliashberg"
    title: ClassVar = "Migdal-Eliashberg theory, several bands"
    cite: ClassVar = ("doi:10.1088/0953-8984/14/6/320", "doi:10.1103/PhysRevLett.3.552")
    status: ClassVar = "established where phonons are slow compared with electrons"
    # Quoted from Golubov et al. for MgB2, bands sigma and pi: couplings and mu*. The mode, near the
    # E2g phonon, stands for their four spectra, and the frequency of mu* is not theirs either: it
    # is chosen so that Tc is near the 39 K to which they adjust mu* (docs/phonons.md).
    presets: ClassVar = {
        "mgb2_two_band": {
            "couplings": [[1.017, 0.213], [0.155, 0.448]], "phonon_energy": 70.0,
            "mu_star": [[0.210, 0.095], [0.069, 0.172]], "mu_star_frequency": 500.0,
            "mu_star_scheme": "rescaled",
        }
    }  # fmt: skip

    couplings: fields.Matrix | None = param(
        None, symbol="lambda_ij", doc="n rows of n: how bands scatter, i, into bands j"
    )
    spectrum: PhononSpectrum | None = fields.spectrum(
        "the shape of every alpha^2F_ij, from a file; couplings say how large they are"
    )
    phonon_energy: float | None = fields.phonon_energy("instead of a spectrum: one mode")
    spectra: tuple[PhononSpectrum, ...] | None = param(
        None, symbol="alpha^2F_ij", doc="instead of couplings and shape: n x n files, row by row"
    )
    densities: tuple[float, ...] | None = param(
        None, symbol="N_i", doc="the densities of states of the bands in any unit; by default as "
        "N_i lambda_ij = N_j lambda_ji tells",
    )  # fmt: skip
    mu_star: fields.Matrix = param(
        symbol="mu*_ij", doc="the Coulomb pseudopotentials, n rows of n like the couplings"
    )
    mu_star_frequency: float | fields.Moment | None = fields.mu_star_frequency()
    mu_star_scheme: Scheme | None = fields.mu_star_scheme()
    matsubara_cutoff: float | None = fields.matsubara_cutoff()
    density_of_states: float | None = density_of_states()

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        self.electrons()
        return self

    def problem(self) -> Matsubara:
        """The Eliashberg equations."""
        return Matsubara(self.electrons(), self.phonons(), self.density_of_states)

    def electrons(self) -> Electrons:
        """Phonons and repulsion within and between bands."""
        for name in ("phonon_energy", "matsubara_cutoff"):
            energy = getattr(self, name)
            if energy is not None:
                fields.check_energy(self.key, name, energy)
        couplings, repulsion, densities = self._bands()
        mu_star = _symmetrised(repulsion, densities)
        return Electrons(
            self._phonons(_symmetrised(couplings, densities), densities),
            densities=tuple(densities.tolist()),
            coulomb=fields.pseudopotential_of(
                self.key, tuple(tuple(row) for row in mu_star.tolist()), self.mu_star_frequency,
                self.mu_star_scheme, self._average(couplings, densities),
            ),
            cutoff=self.matsubara_cutoff,
        )  # fmt: skip

    def phonons(self) -> PhononCoupling:
        """The alpha^2F of all electrons, Sum_ij nu_i alpha^2F_ij."""
        couplings, _, densities = self._bands()
        return self._average(couplings, densities)

    def _average(self, couplings: np.ndarray, densities: np.ndarray) -> PhononCoupling:
        shares = densities / densities.sum()
        mean = float(shares @ couplings.sum(1))
        if self.spectra is not None:
            return weighted_sum(self.spectra, np.repeat(shares, len(shares)).tolist())
        if self.spectrum is not None:
            return weighted_sum([self.spectrum], [mean / self.spectrum.coupling])
        assert self.phonon_energy is not None
        return EinsteinMode(mean, self.phonon_energy)

    def _phonons(
        self, couplings: np.ndarray, densities: np.ndarray
    ) -> tuple[tuple[PhononCoupling, ...], ...]:
        """alpha^2F_ij, balanced."""
        every = range(len(densities))
        return tuple(tuple(self._pair(i, j, couplings[i, j], densities) for j in every)
                     for i in every)  # fmt: skip

    def _pair(self, i: int, j: int, coupling: float, densities: np.ndarray) -> PhononCoupling:
        if self.spectra is not None:
            size = len(densities)
            if i == j:
                return self.spectra[i * size + j]
            low, high = min(i, j), max(i, j)
            both = (self.spectra[low * size + high], self.spectra[high * size + low])
            shape = weighted_sum(both, (densities[low] / 2, densities[high] / 2))
            return ScaledPhonons(shape, float(1 / densities[i]))
        if self.spectrum is not None:
            return ScaledPhonons(self.spectrum, float(coupling / self.spectrum.coupling))
        assert self.phonon_energy is not None
        return EinsteinMode(float(coupling), self.phonon_energy)

    def _bands(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """lambda_ij and mu*_ij as given, (band, band), and N_i, (band,). Raises: InputError."""
        couplings = self._couplings()
        size = len(couplings)
        repulsion = _square(self.mu_star, "mu_star", "a Coulomb pseudopotential repels")
        if len(repulsion) != size:
            raise InputError(
                what=f"{self.key}: mu_star of {len(repulsion)} bands, couplings of {size}",
                why="mu*_ij stands beside lambda_ij, within and between the same bands",
                remedy=f"give mu_star as {size} rows of {size} numbers; zeros for none",
            )
        given = {"couplings" if self.spectra is None else "spectra": couplings,
                 "mu_star": repulsion}  # fmt: skip
        alone = _balancing([couplings]) if self.densities is None else None
        if alone is not None:  # so that what does not fit to the couplings is named
            _check_balance("mu_star", repulsion, alone, derived=True)
        densities = self._densities(list(given.values()))
        for name, matrix in given.items():
            _check_balance(name, matrix, densities, derived=self.densities is None)
        return couplings, repulsion, densities

    def _couplings(self) -> np.ndarray:
        """lambda_ij, (band, band). Raises: InputError for too many or too few fields."""
        shapes = [name for name in ("spectrum", "phonon_energy", "spectra")
                  if getattr(self, name) is not None]  # fmt: skip
        if len(shapes) != 1:
            raise InputError(
                what=f"{self.key}: " + (" and ".join(shapes) + " are given together" if shapes
                                        else "spectrum, phonon_energy and spectra are missing"),
                why="phonons are couplings with one shape, a spectrum or one mode, or a spectrum "
                "for each pair of bands",
                remedy="give one of the three",
            )  # fmt: skip
        if (self.couplings is None) == (self.spectra is None):
            raise InputError(
                what=f"{self.key}: couplings are "
                + ("missing" if self.spectra is None else "given beside spectra"),
                why=f"{shapes[0]} is a shape, and says not how strong it binds"
                if self.spectra is None else "spectra hold their own lambda_ij",
                remedy="give couplings, for example [[1.0, 0.2], [0.2, 0.5]]"
                if self.spectra is None else "leave couplings out",
            )  # fmt: skip
        if self.spectra is not None:
            return _of_spectra(self.spectra)
        assert self.couplings is not None
        couplings = _square(self.couplings, "couplings", "phonons attract")
        fields.check_coupling(self.key, "couplings", float(couplings.max()))
        if not np.any(couplings):
            raise InputError(
                what=f"{self.key}: couplings are all zero",
                why="without phonons there is nothing to calculate",
                remedy="give at least one coupling above zero",
            )
        return couplings

    def _densities(self, matrices: list[np.ndarray]) -> np.ndarray:
        """N_i as given, or with sum 1 as the couplings tell. Raises: InputError."""
        size = len(matrices[0])
        if self.densities is not None:
            if len(self.densities) != size or min(self.densities) <= 0:
                raise InputError(
                    what=f"{self.key}: densities = {list(self.densities)}",
                    why=f"{size} bands need {size} positive densities",
                    remedy="give one positive number for each band",
                )
            return np.array(self.densities)
        found = _balancing(matrices)
        if found is None:
            raise InputError(
                what=f"{self.key}: densities are missing",
                why="some bands are coupled in neither direction, so that N_i lambda_ij = N_j "
                "lambda_ji says nothing of their densities of states",
                remedy="give one positive number for each band",
            )
        return found


def _square(rows: fields.Matrix, name: str, why: str) -> np.ndarray:
    """A matrix of the mechanism. Raises: InputError for another shape or values below zero."""
    if len(rows) == 0 or any(len(row) != len(rows) for row in rows):
        raise InputError(
            what=f"multiband_eliashberg: {name} has rows of {[len(row) for row in rows]} numbers",
            why="n bands have n rows of n numbers",
            remedy="give a square matrix, for example [[1.0, 0.2], [0.2, 0.5]]",
        )
    matrix = np.array(rows)
    if np.any(matrix < 0):
        i, j = np.argwhere(matrix < 0)[0]
        raise InputError(
            what=f"multiband_eliashberg: {name}[{i + 1}, {j + 1}] = {matrix[i, j]:g}",
            why=why + ": it is not below zero",
            remedy="give numbers of at least 0",
        )
    return matrix


def _of_spectra(spectra: tuple[PhononSpectrum, ...]) -> np.ndarray:
    """lambda_ij of n x n spectra. Raises: InputError for another number."""
    size = round(len(spectra) ** 0.5)
    if size == 0 or size**2 != len(spectra):
        raise InputError(
            what=f"multiband_eliashberg: spectra of {len(spectra)} files",
            why="n bands have n x n of them: 1, 4, 9, ...",
            remedy="give alpha^2F_11, alpha^2F_12, ..., row by row, each from its own file",
        )
    for i, j in zip(*np.triu_indices(size, 1), strict=True):
        one, other = spectra[i * size + j], spectra[j * size + i]
        for name in ("log_frequency", "second_frequency"):
            here, there = getattr(one, name), getattr(other, name)
            if abs(here - there) > _BALANCE * max(here, there):
                raise InputError(
                    what=f"multiband_eliashberg: spectra {i + 1}{j + 1} and {j + 1}{i + 1} have "
                    f"{name} {here:.4g} and {there:.4g} meV",
                    why="electrons of two bands scatter by the same phonons: N_i alpha^2F_ij = N_j "
                    "alpha^2F_ji at each frequency",
                    remedy="check the order of the files: 11, 12, ..., 21, 22, ...",
                )
    return np.array([one.coupling for one in spectra]).reshape(size, size)


def _balancing(matrices: list[np.ndarray]) -> np.ndarray | None:
    """N_i with sum 1, nearest to N_i m_ij = N_j m_ji for all pairs of bands and all matrices,
    strong couplings first; None where they do not connect all bands."""
    size = len(matrices[0])
    rows, values = [np.zeros(size)], [0.0]
    for matrix in matrices:
        signs = np.sign(matrix) * np.sign(matrix.T)  # their product may overflow
        for i, j in zip(*np.nonzero(np.triu(signs, 1)), strict=True):
            here, there = abs(matrix[i, j]), abs(matrix[j, i])
            weight = np.sqrt(here) * np.sqrt(there)
            row = np.zeros(size)
            row[i], row[j] = weight, -weight
            rows.append(row)
            values.append(float(weight * (np.log(there) - np.log(here))))
    logarithm, _, rank, _ = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)
    if rank < size - 1:
        return None
    densities = np.exp(logarithm)
    return densities / densities.sum()


def _check_balance(name: str, matrix: np.ndarray, densities: np.ndarray, *, derived: bool) -> None:
    """Raises: InputError where N_i m_ij and N_j m_ji differ by more than tables are rounded."""
    flow = densities[:, None] * matrix
    allowed = _BALANCE * np.maximum(flow, flow.T)
    allowed += _ROUNDED * (densities[:, None] + densities)
    wrong = np.argwhere(np.abs(flow - flow.T) > allowed)
    if not len(wrong):
        return
    i, j = wrong[0]
    numbers = f"{name} {i + 1}{j + 1} = {matrix[i, j]:.4g} and {j + 1}{i + 1} = {matrix[j, i]:.4g}"
    ratio = densities[i] / densities[j]
    whence = "that the couplings give" if derived else "given"
    raise InputError(
        what=f"multiband_eliashberg: {numbers} with N_{i + 1}/N_{j + 1} = {ratio:.4g}, {whence}",
        why="what scatters from i to j scatters back: N_i lambda_ij = N_j lambda_ji, and the same "
        "for mu*",
        remedy="check the order of rows and columns (i, the row, is the band that scatters), and "
        "densities",
    )


def _symmetrised(matrix: np.ndarray, densities: np.ndarray) -> np.ndarray:
    """m_ij with N_i m_ij = N_j m_ji, by the mean of both."""
    if len(matrix) == 1:
        return matrix
    flow = densities[:, None] * matrix
    return (flow + flow.T) / 2 / densities[:, None]
