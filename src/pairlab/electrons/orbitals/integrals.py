"""Integrals between two orbitals sampled on a uniform grid, for `electrons.orbitals.exchange`.

    <i|-nabla^2|j>,    Int rho_ij/|r - R|,    (ij|kl),    rho_ij = psi_i* psi_j

Lengths are in units of the spacing, positions are counted from the first grid point. Everything is
a sum over harmonics; 1/r is cut off at half the shortest edge of the box,

    v(k) = 4 pi (1 - cos k R_c)/k^2,    v(0) = 2 pi R_c^2

so that charges closer than R_c do not see the periodic copies of each other and no box needs zero
padding; charges farther apart are lost or misplaced (Rozzi et al. 2006, Phys. Rev. B 73, 205119).

**Cusps.** At a nucleus psi = smooth + s |r - R|. The tail -8 pi s/k^4 of its Fourier transform is
folded back and cut off by the grid, in a way that depends on s and on the place of R between the
grid points and on nothing else: to leading order

    Int psi       = Sum psi        + c s              c, t, v: numbers of the order of 1
    Int |grad|^2  = grid's value   + t s_i s_j - c (s_i nabla^2 psi_j + s_j nabla^2 psi_i)(smooth)
    Int psi/|r-R| = grid's value   + v s

The numbers are found once for each place, from a function with a cusp that is known in closed form.
The same holds for products of orbitals; at a distance their surplus c s acts as a point charge. s
is read from the highest harmonics in the neighbourhood of R, where nothing else is left: smooth
functions have s = 0 to the accuracy with which the grid resolves them.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import gamma, pi
from typing import NamedTuple

import numpy as np
from scipy import fft
from scipy.ndimage import map_coordinates

_KEPT = 2  # cusps are read at the points this far from a nucleus
_HEARD = 15.0  # distance beyond which the highest harmonics of a cusp are rounding
_PATCH, _WIDTH = 48, 10.0  # a grid that holds the reference function exp(-(u/width)^4) to rounding
_COARSE = 48  # points along an axis where distances between electrons are counted
_MARGIN = 16  # the outermost sixteenth of the box on each side
_THREADS = 2

PAIRS = ((0, 0), (1, 1), (0, 1))
"""The pairs 11, 22, 12 in the order in which integrals are listed."""


class Samples(NamedTuple):
    """Two orbitals, the external potential and charges at sites, shapes (A,) and (A, 3).

    kinetic: hbar^2/(2 m spacing^2). attraction, repulsion: e^2/(4 pi eps_0 spacing), the second
    over the relative permittivity. All energies in one unit, that of the potential. order: of the
    filter that leaves the highest harmonics, from which cusps are read.
    """

    orbitals: tuple[np.ndarray, ...]
    potential: np.ndarray | None
    charges: np.ndarray
    sites: np.ndarray
    kinetic: float
    attraction: float
    repulsion: float
    order: int = 8

    def halved(self, first: tuple[int, int, int]) -> "Samples":
        """Every second point along each axis, from this one on, for an estimate of the error.

        Cusps are read from a wider band of harmonics, so that the change shows how well they are
        known, too, even where a nucleus lies so that all else changes little.
        """
        half = tuple(slice(start, None, 2) for start in first)
        return Samples(
            tuple(orbital[half] for orbital in self.orbitals),
            None if self.potential is None else self.potential[half],
            self.charges,
            (self.sites - first) / 2,
            self.kinetic / 4,
            self.attraction / 2,
            self.repulsion / 2,
            self.order // 2,
        )


class Integrals(NamedTuple):
    """S = <1|2>; kinetic and external energy of each of `PAIRS`; (11|22) and (12|21)."""

    overlap: complex
    kinetic: np.ndarray
    external: np.ndarray
    repulsion: np.ndarray


def integrals(samples: Samples) -> Integrals:
    """All integrals between the orbitals, divided by their norms; cusps at the sites corrected."""
    cusps = _cusps(samples.sites, samples.order)
    shape = samples.orbitals[0].shape
    k_squared = squares([2 * pi * fft.fftfreq(n) for n in shape])
    kinetic = samples.kinetic * _kinetic(samples.orbitals, k_squared, cusps)

    densities = [samples.orbitals[i].conj() * samples.orbitals[j] for i, j in PAIRS]
    strengths = np.array([cusps.strengths(density) for density in densities])
    surplus = strengths * cusps.content
    contents = np.array([density.sum() for density in densities]) + surplus.sum(axis=1)

    kernel = _kernel(k_squared, min(shape) / 2)
    spectra = [fft.fftn(density, workers=_THREADS) for density in densities]
    at_sites = np.array([_at(samples.sites, kernel * spectrum) for spectrum in spectra])
    at_sites = at_sites + strengths @ cusps.potential
    external = -samples.attraction * (at_sites @ samples.charges)
    if samples.potential is not None:
        there = map_coordinates(samples.potential, samples.sites.T, order=1, mode="nearest")
        external += [np.vdot(samples.potential, density) for density in densities]
        external += surplus @ there

    def repulsion(i: int, j: int) -> float:
        of_grid = np.vdot(spectra[i], kernel * spectra[j]) / kernel.size
        return (of_grid + np.vdot(surplus[i], at_sites[j]) + np.vdot(at_sites[i], surplus[j])).real

    first, second = contents[:2].real
    norms = np.array([first, second, np.sqrt(first * second)])
    both = samples.repulsion * np.array([repulsion(0, 1), repulsion(2, 2)])
    return Integrals(
        complex(contents[2] / norms[2]), kinetic / norms, external / norms, both / (first * second)
    )


def beyond_reach(samples: Samples) -> tuple[float, np.ndarray]:
    """Probabilities of distances beyond R_c: of both electrons, and of each one from each site.

    The second has shape (2, A).
    """
    shape = samples.orbitals[0].shape
    reach, stride = min(shape) / 2, max(1, max(shape) // _COARSE)
    densities = [abs(orbital) ** 2 for orbital in samples.orbitals]
    blocks = densities
    for axis, n in enumerate(shape):
        starts = np.arange(0, n, stride)
        blocks = [np.add.reduceat(block, starts, axis) for block in blocks]
    # Zeros around both, so that no distance is counted to a periodic copy.
    sizes = [2 * n for n in blocks[0].shape]
    first, second = (np.fft.rfftn(block, sizes, axes=(0, 1, 2)) for block in blocks)
    shifts = np.fft.irfftn(first.conj() * second, sizes, axes=(0, 1, 2))
    apart = squares([stride * n * fft.fftfreq(n) for n in sizes])
    electrons = max(0.0, float(shifts[apart > reach**2].sum()))

    nuclei = np.zeros((2, len(samples.sites)))
    for which, site in enumerate(samples.sites):
        apart = squares([np.arange(n) - at for n, at in zip(shape, site, strict=True)])
        nuclei[:, which] = [density[apart > reach**2].sum() for density in densities]
    return electrons, nuclei


def margins(orbital: np.ndarray) -> tuple[float, float]:
    """The parts of an electron in the outermost sixteenth of the box and on its faces.

    The first exceeds what lies beyond the box, as orbitals decay; the second, times
    hbar^2/(2m spacing^2), is what a jump from one face to the opposite one costs.
    """
    density = abs(orbital) ** 2
    inner = density[tuple(slice(n // _MARGIN, n - n // _MARGIN) for n in density.shape)]
    shell = max(0.0, float(density.sum() - inner.sum()))
    return shell, float(sum(face.sum() for face in faces(density)))


def faces(density: np.ndarray) -> list[np.ndarray]:
    """The first and the last layer along each axis."""
    return [np.moveaxis(density, axis, 0)[end] for axis in range(3) for end in (0, -1)]


def _kinetic(orbitals: Sequence[np.ndarray], k_squared: np.ndarray, cusps: "_Cusps") -> np.ndarray:
    """<i|-nabla^2|j> of each of `PAIRS`."""
    waves = [fft.fftn(orbital, workers=_THREADS) for orbital in orbitals]
    slopes = [cusps.strengths(orbital) for orbital in orbitals]
    smooth = [
        -_at(cusps.sites, k_squared * wave) - slope * cusps.laplacian
        for wave, slope in zip(waves, slopes, strict=True)
    ]

    def element(i: int, j: int) -> complex:
        of_grid = np.vdot(waves[i], k_squared * waves[j]) / k_squared.size
        of_cusps = slopes[i].conj() * slopes[j] * cusps.kinetic
        mixed = slopes[i].conj() * smooth[j] + smooth[i].conj() * slopes[j]
        return of_grid + (of_cusps - cusps.content * mixed).sum()

    return np.array([element(i, j) for i, j in PAIRS])


def _kernel(k_squared: np.ndarray, reach: float) -> np.ndarray:
    """v(k) = 4 pi (1 - cos k R_c)/k^2."""
    wavenumber = np.sqrt(k_squared)
    with np.errstate(invalid="ignore"):
        kernel = 4 * pi * (1 - np.cos(reach * wavenumber)) / k_squared
    kernel[0, 0, 0] = 2 * pi * reach**2
    return kernel


def _at(sites: np.ndarray, spectrum: np.ndarray) -> np.ndarray:
    """The function with this spectrum, between the grid points, at sites (A, 3); shape (A,)."""
    phases = []
    for n, place in zip(spectrum.shape, sites.T, strict=True):
        phase = np.exp(2j * pi * np.outer(fft.fftfreq(n), place))
        if n % 2 == 0:
            phase[n // 2] = np.cos(pi * place)  # the last harmonic belongs to k and -k alike
        phases.append(phase)
    x, y, z = phases
    rows = (spectrum.reshape(-1, len(z)) @ z).reshape(len(x), len(y), -1)
    return np.einsum("xya,ya,xa->a", rows, y, x) / spectrum.size


class _Cusps(NamedTuple):
    """What the grid makes of |r - R| at each site: truth minus grid, arrays of shape (A,)."""

    sites: np.ndarray
    order: int  # of the filter
    fit: np.ndarray  # strengths from the highest harmonics around the sites
    content: np.ndarray  # c
    kinetic: np.ndarray  # t
    laplacian: np.ndarray  # at the site; the grid's value itself
    potential: np.ndarray  # [of the cusp at, at]: v, and c/distance at the other sites; (A, A)

    def strengths(self, samples: np.ndarray) -> np.ndarray:
        """s of each site, shape (A,)."""
        if len(self.sites) == 0:
            return np.zeros(0)
        near = []
        for site in self.sites:
            # Orbitals vanish at the faces of the box, so what lies beyond does not matter.
            inside = zip(_around(site, self.order), samples.shape, strict=True)
            patch = np.ix_(*(np.clip(index, 0, n - 1) for index, n in inside))
            near.append(_highest(samples[patch], self.order))
        return self.fit @ np.concatenate(near)


def _cusps(sites: np.ndarray, order: int) -> _Cusps:
    """The numbers of cusps at these sites, shape (A, 3)."""
    if len(sites) == 0:
        none = np.zeros(0)
        return _Cusps(sites, order, none, none, none, none, np.zeros((0, 0)))
    apart = np.linalg.norm(sites[:, None] - sites, axis=-1)
    shapes = np.zeros((len(sites), (2 * _KEPT + 1) ** 3, len(sites)))
    for here, there in np.argwhere(apart < _HEARD):
        distances = _distances(_around(sites[here], order), sites[there])
        shapes[here, :, there] = _highest(distances, order)
    places = np.round(sites - np.rint(sites), 9)
    content, kinetic, laplacian, own = np.array([_reference(*p) for p in places.tolist()]).T
    np.fill_diagonal(apart, np.inf)
    potential = content[:, None] / apart + np.diag(own)
    fit = np.linalg.pinv(shapes.reshape(-1, len(sites)))
    return _Cusps(sites, order, fit, content, kinetic, laplacian, potential)


@lru_cache(maxsize=1024)
def _reference(*place: float) -> tuple[float, float, float, float]:
    """c, t, Laplacian and v of a cusp at this place beside a grid point.

    From u exp(-(u/w)^4): it has the cusp, vanishes with its box, and is smooth up to u^5 otherwise.
    """

    def moment(power: int, rate: int) -> float:  # Int_0^inf u^power exp(-rate u^4) du
        return gamma((power + 1) / 4) / 4 / rate ** ((power + 1) / 4)

    content = 4 * pi * _WIDTH**4 * moment(3, 1)
    potential = 4 * pi * _WIDTH**3 * moment(2, 1)
    kinetic = 4 * pi * _WIDTH**3 * (moment(2, 2) - 8 * moment(6, 2) + 16 * moment(10, 2))

    site = np.array([place]) + _PATCH // 2
    u = _distances([np.arange(_PATCH)] * 3, site[0])
    samples = u * np.exp(-((u / _WIDTH) ** 4))
    spectrum = fft.fftn(samples)
    k_squared = squares([2 * pi * fft.fftfreq(_PATCH)] * 3)
    return (
        content - samples.sum(),
        kinetic - float(np.vdot(spectrum, k_squared * spectrum).real) / samples.size,
        -_at(site, k_squared * spectrum)[0].real,
        potential - _at(site, _kernel(k_squared, _PATCH / 2) * spectrum)[0].real,
    )


def _around(site: np.ndarray, order: int) -> list[np.ndarray]:
    """Indices, along each axis, of the grid points that the filter needs near a site."""
    reach = order + _KEPT
    return [
        np.arange(nearest - reach, nearest + reach + 1) for nearest in np.rint(site).astype(int)
    ]


def _highest(patch: np.ndarray, order: int) -> np.ndarray:
    """(-nabla^2/12)^order by differences, flat: 1 for the highest harmonic, near 0 for low ones."""
    inner = (slice(1, -1),) * 3
    for _ in range(order):
        rest = 6 * patch[inner]
        for axis in range(3):
            for step in (slice(None, -2), slice(2, None)):
                rest = rest - patch[(*inner[:axis], step, *inner[axis + 1 :])]
        patch = rest / 12
    return patch.ravel()


def _distances(axes: Sequence[np.ndarray], site: np.ndarray) -> np.ndarray:
    """Distances of the points with these coordinates from a site."""
    return np.sqrt(squares([axis - at for axis, at in zip(axes, site, strict=True)]))


def squares(axes: Sequence[np.ndarray]) -> np.ndarray:
    """x^2 + y^2 + z^2."""
    x, y, z = (np.square(axis) for axis in axes)
    return x[:, None, None] + y[:, None] + z
