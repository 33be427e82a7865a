"""Superstripes: resonant multigap pairing in a superlattice of quantum wires.

Mazziotti, Raimondi, Valletta, Campi, Bianconi, "Resonant multigap superconductivity at room
temperature near a Lifshitz topological transition in sulphur hydrides" (2021), "the paper"; what it
omits is taken from its companion EPL 134, 17001 (2021), arXiv:2105.13123, "EPL21". Equation numbers
are the paper's.

    w0~ = w0 sqrt(1 - 2 g33)                                                            (1)
    V(z): wells of width L, barriers of width W and height V, period d = L + W          (2)
    eps_n(kx, kz) = hbar^2 kx^2/(2 m_x) + E_n(kz)                                       (4)
    I^{nn'}_{kk'} = d Int_cell |psi_nk|^2 |psi_n'k'|^2 dz                               (5)
    Delta_nk = Sum_n' (1/d) Int_0^pi dtheta'/pi (g_nn'/N0) I^{nn'}_{kk'} Delta_n'k'
               Int_{|xi| < w0~} dkx/(2 pi) tanh(Ecal/2kT)/(2 Ecal)                      (6), (8)
    rho = (1/S) Sum_nk (1 - (xi/Ecal) tanh(Ecal/2kT))                                   (7)

with xi = eps - mu, Ecal = sqrt(xi^2 + Delta^2), N0 = m_x/(2 pi hbar^2) the density of states of
free electrons in two dimensions per spin, and mu = E_L + eta DeltaE, where E_L is the bottom and
DeltaE the width of subband 3. Equations 2 to 5 are solved in `electrons.wires` (`kronig_penney`,
`subbands`), as are the sums over states (`carriers`); this file puts them together.
"""

import math
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Literal, Self, final

import numpy as np
import pydantic

from pairlab.electrons.wires.carriers import WireCarriers, wire_carriers
from pairlab.electrons.wires.kronig_penney import (
    Matching,
    Superlattice,
    band_edges,
    barrier_height_for,
)
from pairlab.electrons.wires.subbands import Subbands, on_phase_grid, subbands
from pairlab.errors import InputError
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.pairing.modes.equation import GapEquation, GapGrid
from pairlab.pairing.modes.problem import Modes
from pairlab.pairing.normal_state import DensityOfStates, FermiContours, PairOverlap
from pairlab.units import HBAR2_OVER_2M

if TYPE_CHECKING:
    import xarray as xr

RESONANT = 3  # the subband whose bottom is the Lifshitz transition
_MOST_SUBBANDS = 12
_NOTHING = 1e-9  # nm
_THINNEST = 1e-3  # nm; below it a dispersion that cannot be reached is the width's fault
_PHASES = 32  # values of kz d at which gaps and overlaps are shown
_SURFACE_PHASES = 128

_PAPER = "Mazziotti et al. 2021"
_EPL21 = "EPL 134, 17001 (2021)"
_GEOMETRY = {
    "well_width": 0.85,
    "barrier_width": 0.55,
    "well_mass": 0.86,
    "barrier_mass": 1.0,
    "wire_mass": 0.86,
}


_MODEL = "a mean-field model"
_DISPUTED = (
    "superconductivity in the hydrides as a class is disputed "
    "(Hirsch and Marsiglio, doi:10.1063/5.0091404)"
)
_RETRACTED = "the report on CSHx was retracted"
_STATUS = {"h3s": f"{_MODEL}; {_DISPUTED}", "cshx": f"{_MODEL}; {_DISPUTED}, and {_RETRACTED}"}


@final
class _StatusOfMaterial:
    """The status of the class names everything; that of a structure what its material calls for."""

    def __get__(self, mechanism: "Superstripes | None", _: type) -> str:
        if mechanism is None:
            return _STATUS["cshx"]
        return _STATUS.get(mechanism.material.lower(), _MODEL)


@final
class Superstripes(Mechanism):
    """Electrons in the subbands of a wire superlattice, paired by contact attraction up to w0~."""

    key: ClassVar = "superstripes"
    title: ClassVar = "Superstripes: multigap resonance at a Lifshitz transition"
    cite: ClassVar = (
        "Mazziotti, Raimondi, Valletta, Campi, Bianconi (2021), 'Resonant multigap "
        "superconductivity at room temperature near a Lifshitz topological transition in sulphur "
        "hydrides'",
        "doi:10.1209/0295-5075/134/17001",
    )
    status: ClassVar = _StatusOfMaterial()  # type: ignore[assignment]
    presets: ClassVar = {
        "h3s": {**_GEOMETRY, "transverse_dispersion": 274.0, "phonon_energy": 330.0,
                "coupling": 0.4, "lifshitz": 1.0, "material": "H3S"},
        "cshx": {**_GEOMETRY, "transverse_dispersion": 145.0, "phonon_energy": 225.0,
                 "coupling": 0.4, "lifshitz": 1.0, "material": "CSHx"},
        "epl2021": {**_GEOMETRY, "transverse_dispersion": 142.0, "phonon_energy": 230.0,
                    "coupling": 0.4, "lifshitz": 1.0},
    }  # fmt: skip
    report_axes: ClassVar = {
        "coupling": tuple(np.round(np.linspace(0.1, 0.49, 14), 10)),
        "lifshitz": tuple(np.round(np.linspace(-1.0, 2.0, 121), 10)),
    }

    well_width: float = param(
        unit="nm", gt=0, le=1000, symbol="L", doc="the width of a wire", source=_PAPER
    )
    barrier_width: float = param(
        unit="nm", gt=0, le=1000, symbol="W", doc="the width of the spacer between wires",
        source=_PAPER,
    )
    barrier_height: float | None = param(
        None, unit="meV", ge=0, le=1e7, symbol="V", doc="the potential of the spacer", source=_PAPER
    )
    transverse_dispersion: float | None = param(
        None,
        unit="meV",
        gt=0,
        symbol="DeltaE",
        doc="the width of subband 3, from which the barrier height is solved",
        source=_PAPER,
    )
    well_mass: float = param(
        unit="m_e", ge=1e-4, le=1e4, symbol="m_w", doc="the mass across the wires, inside them",
        source=_EPL21,
    )  # fmt: skip
    barrier_mass: float = param(
        unit="m_e", ge=1e-4, le=1e4, symbol="m_b", doc="the mass across the wires, between",
        source=_EPL21,
    )  # fmt: skip
    wire_mass: float = param(
        unit="m_e", ge=1e-4, le=1e4, symbol="m_x", doc="the mass along the wires", source=_EPL21
    )
    matching: Matching = param(
        "psi_prime",
        doc="what is continuous at an interface: psi' (as the authors did) or psi'/m",
        source=_EPL21,
    )
    phonon_energy: float = param(
        unit="meV", gt=0, symbol="w0", doc="the phonon energy before softening", source=_PAPER
    )
    softening: Literal["migdal", "none"] = param(
        "migdal", doc="whether the coupling softens the phonon, Eq. 1", source=_PAPER
    )
    coupling: float = param(
        ge=0, le=1e4, symbol="g33 = g", doc="the coupling in subband 3", source=_PAPER
    )
    weak_coupling: float = param(
        0.1, ge=0, le=1e4, symbol="g11 = g22", doc="the coupling in the other subbands",
        source=_PAPER,
    )  # fmt: skip
    exchange_coupling: float = param(
        0.1, ge=-1e4, le=1e4, symbol="g_ij", doc="the coupling between different subbands",
        source=_EPL21,
    )  # fmt: skip
    lifshitz: float = param(
        symbol="eta", doc="(mu - E_L)/DeltaE, the chemical potential from the bottom of subband 3",
        source=_PAPER,
    )  # fmt: skip
    subbands: int | None = param(
        None,
        ge=RESONANT,
        le=_MOST_SUBBANDS,
        doc="the number of subbands (default: 3 and any that the cutoff reaches)",
    )
    fixed: Literal["chemical_potential", "density"] = param(
        "density", doc="what is held below Tc; at Tc both agree", source=_PAPER + ", Eqs. 6 and 7"
    )
    material: str = param("", doc="the material that measured data are shown for")

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        alternatives = ("barrier_height", "transverse_dispersion")
        given = [name for name in alternatives if getattr(self, name) is not None]
        if len(given) != 1:
            raise InputError(
                what="superstripes: "
                + ("barrier_height and transverse_dispersion are both given" if given else
                   "neither barrier_height nor transverse_dispersion is given"),
                why="each determines the other",
                remedy="give exactly one of them (unset the other with None in Python, "
                'with "none" in a file or on the command line)',
            )  # fmt: skip
        if self.softening == "migdal" and self.coupling >= 0.5:
            raise InputError(
                what=f"superstripes: coupling = {self.coupling:g}",
                why="the softened phonon energy w0 sqrt(1 - 2 g33) vanishes at g33 = 1/2 (Eq. 1)",
                remedy='give a coupling below 0.5, or softening = "none"',
            )
        self.lattice()
        return self

    def lattice(self) -> Superlattice:
        """The superlattice, Eq. 2, with the barrier solved for where its dispersion is given."""
        return _lattice(
            self.well_width, self.barrier_width, self.barrier_height, self.transverse_dispersion,
            self.well_mass, self.barrier_mass, self.matching,
        )  # fmt: skip

    @property
    def cutoff(self) -> float:
        """w0~, the softened phonon energy, meV (Eq. 1)."""
        soft = self.softening == "migdal"
        return self.phonon_energy * (np.sqrt(1 - 2 * self.coupling) if soft else 1.0)

    @property
    def chemical_potential(self) -> float:
        """mu = E_L + eta DeltaE, meV above the bottom of the wells."""
        bands = subbands(self.lattice(), RESONANT)
        return bands.bottom(RESONANT) + self.lifshitz * bands.width(RESONANT)

    def solved_subbands(self) -> Subbands:
        """The subbands that take part: three, and any more that the cutoff reaches."""
        count = self.subbands
        if count is None:
            reach = self.chemical_potential + self.cutoff
            count = _subbands_below(self.lattice(), reach)
        return subbands(self.lattice(), count)

    def couplings(self, count: int) -> np.ndarray:
        """The matrix g_nn'."""
        matrix = np.full((count, count), self.exchange_coupling)
        np.fill_diagonal(matrix, self.weak_coupling)
        matrix[RESONANT - 1, RESONANT - 1] = self.coupling
        return matrix

    def problem(self) -> Modes:
        """Gaps of the subbands, on the phases kz d."""
        phonon = self.phonon_energy
        return Modes(
            self.gap_equation(),
            self.gap_grid,
            stiffened=lambda h: self.replace(phonon_energy=phonon * math.exp(h)).problem(),
            more={
                DensityOfStates: DensityOfStates(self.states),
                FermiContours: FermiContours(self.fermi_contours),
                PairOverlap: PairOverlap(self.pair_overlap),
            },
        )

    def gap_equation(self) -> GapEquation:
        """Eqs. 6 and 8 in mode space, X in units of N0."""
        bands = self.solved_subbands()
        couplings = self.couplings(bands.count)
        return GapEquation(
            kernel=couplings[:, None, :, None] * bands.overlap,
            carriers=self._carriers(bands),
            fix_density=self.fixed == "density",
        )

    def _carriers(self, bands: Subbands) -> WireCarriers:
        return wire_carriers(
            bands,
            chemical_potential=self.chemical_potential,
            cutoff=self.cutoff,
            wire_mass=self.wire_mass,
        )

    def gap_grid(self) -> GapGrid:
        """Delta_n(kz), averaged over kz for the gap of a subband."""
        bands = self.solved_subbands()
        theta, _, modes = _phase_grid(bands, _PHASES)
        form = np.einsum("nka,nm->nkma", modes, np.eye(bands.count))
        across = {"units": "pi/d", "long_name": "wavevector across the wires"}
        coords = {
            "subband": np.arange(1, bands.count + 1),
            "kz": ("kz", _wavevector(theta), across),
        }
        return GapGrid(("subband", "kz"), coords, form, average=("kz",))

    def states(self, energy: np.ndarray | None) -> "xr.Dataset":
        """Density of states per subband and spin, 1/(meV nm^2), at energies [meV]."""
        import xarray as xr

        bands = self.solved_subbands()
        width, bottom = bands.width(RESONANT), bands.bottom(RESONANT)
        if energy is None:
            energy = bottom + width * np.linspace(-1.5, 2.5, 1001)
        carriers = self._carriers(bands)
        density = np.asarray(carriers.density_of_states(energy)) / (
            4 * np.pi * HBAR2_OVER_2M / self.wire_mass
        )
        about = {"units": "1/(meV nm^2)", "long_name": "density of states per spin"}
        data = xr.Dataset(
            {"subband_density_of_states": (("subband", "energy"), density, about)},
            {"subband": np.arange(1, bands.count + 1), "energy": energy},
        )
        return data.assign_coords(energy_lifshitz=("energy", (energy - bottom) / width))

    def fermi_contours(self) -> "xr.Dataset":
        """kx(kz) of every subband at the chemical potential, 1/nm; nan where there is none."""
        import xarray as xr

        bands = self.solved_subbands()
        theta, energies, _ = _phase_grid(bands, _SURFACE_PHASES)
        above = (self.chemical_potential - energies) * self.wire_mass / HBAR2_OVER_2M
        contour = np.sqrt(np.where(above > 0, above, np.nan))
        return xr.Dataset(
            {"fermi_wavevector": (("subband", "kz"), contour)},
            {"subband": np.arange(1, bands.count + 1), "kz": _wavevector(theta)},
        )

    def pair_overlap(self) -> "xr.Dataset":
        """I^{nn'}_{kk'} of Eq. 5 and its mean over k and k'."""
        import xarray as xr

        bands = self.solved_subbands()
        theta, _, modes = _phase_grid(bands, _PHASES)
        overlap = np.einsum("nka,namb,mqb->nmkq", modes, bands.overlap, modes)
        numbers, kz = np.arange(1, bands.count + 1), _wavevector(theta)
        return xr.Dataset(
            {"overlap": (("subband", "other_subband", "kz", "other_kz"), overlap)},
            {"subband": numbers, "other_subband": numbers, "kz": kz, "other_kz": kz},
        )


@lru_cache(maxsize=64)
def _phase_grid(bands: Subbands, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Midpoints theta of (0, pi), with the energies and modes there.

    A mean over midpoints is a mean over the zone, and no band edge is met.
    """
    theta = np.pi * (np.arange(count) + 0.5) / count
    return theta, *on_phase_grid(bands, theta)


def _wavevector(theta: np.ndarray) -> np.ndarray:
    """kz as a fraction of the zone boundary pi/d."""
    return theta / np.pi


@lru_cache(maxsize=1024)
def _subbands_below(lattice: Superlattice, energy: float) -> int:
    """How many subbands start below an energy [meV]. Raises InputError where they are too many."""
    count = RESONANT
    while band_edges(lattice, count + 1)[-1, 0] < energy:
        count += 1
        if count > _MOST_SUBBANDS:
            raise InputError(
                what=f"superstripes: more than {_MOST_SUBBANDS} subbands start below "
                f"mu + w0~ = {energy:.6g} meV",
                why="the chemical potential or the phonon energy is out of proportion to the wires",
                remedy="give a smaller phonon_energy or lifshitz, narrower wires, or set subbands",
            )
    return count


@lru_cache(maxsize=1024)
def _lattice(
    well_width: float, barrier_width: float, height: float | None, dispersion: float | None,
    well_mass: float, barrier_mass: float, matching: Matching,
) -> Superlattice:  # fmt: skip
    """The superlattice; Raises InputError where no barrier gives the dispersion."""
    if min(well_width, barrier_width) < _NOTHING:
        thin = "well_width" if well_width < _NOTHING else "barrier_width"
        raise InputError(
            what=f"superstripes: {thin} = {min(well_width, barrier_width):g} nm",
            why="that is far below the size of an atom",
            remedy="give a width of about 0.1 nm to 10 nm",
        )
    trial = Superlattice(
        well_width, barrier_width, height or 0.0, well_mass, barrier_mass, matching
    )
    if dispersion is None:
        return trial
    height = barrier_height_for(trial, band=RESONANT, width=dispersion)
    if height is None and min(well_width, barrier_width) < _THINNEST:
        thin = "well_width" if well_width < _THINNEST else "barrier_width"
        raise InputError(
            what=f"superstripes: {thin} = {min(well_width, barrier_width):g} nm",
            why="that is far below the size of an atom, and no barrier gives the dispersion there",
            remedy="give a width of about 0.1 nm to 10 nm",
        )
    if height is None:
        free = band_edges(trial, RESONANT)[-1]
        raise InputError(
            what=f"superstripes: transverse_dispersion = {dispersion:g} meV cannot be reached",
            why=f"subband {RESONANT} of these wires is {free[1] - free[0]:.4g} meV wide without "
            "any barrier, and a barrier only narrows it",
            remedy="give a smaller dispersion, or narrower and lighter wires",
        )
    return Superlattice(well_width, barrier_width, height, well_mass, barrier_mass, matching)
