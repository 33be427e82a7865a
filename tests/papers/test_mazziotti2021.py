"""What is recomputed of the paper, against independent calculations, and what its ledger holds."""

import tomllib

import numpy as np
import pytest
from scipy import constants, optimize

from pairlab.mechanisms.superstripes import Superstripes
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.gap import gap
from pairlab.papers import ledger
from pairlab.papers.mazziotti2021 import compute as paper
from pairlab.papers.mazziotti2021 import curves, figures
from pairlab.papers.questions import Functions, Question, answer
from pairlab.papers.verdict import computed
from pairlab.units import BOLTZMANN

FILE = ledger.FOLDER / "mazziotti2021" / ledger.LEDGER
ENTRIES = {entry["key"]: entry for entry in tomllib.loads(FILE.read_text())["entry"]}

# The physics of the source, typed in from its text and not from the ledger's file.
PUBLISHED = {
    "tc_max_a": 250, "tc_max_b": 330, "dome_top_eta_a": 1, "dome_top_g_a": 0.4,
    "dome_top_eta_b": (0.6, 1), "dome_top_g_b": 0.4, "tc_falls_from_a": 0.4, "tc_falls_from_b": 0.4,
    "antiresonance_a": -0.34, "tc_falls_with_g_below": 0, "tc_rises_with_g_above": 0,
    "anisotropy_a": (2.6, 2.9), "anisotropy_b": (3.5, 3.9), "small_ratio_a": (0, 1),
    "small_ratio_b": (0, 1), "large_ratio_a": 3.5, "large_ratio_b": 3.5,
    "bcs_ratio_2_at_transition_a": 3.5, "bcs_ratio_3_at_transition_a": 3.5,
    "isotope_maximum_a": 0, "isotope_maximum_b": 0, "isotope_minimum_a": (0.5, 1),
    "isotope_minimum_b": (0.5, 1), "softening_a": 160, "softening_b": 145,
    "colour_scale_b": (0, 300),
}  # fmt: skip


@pytest.mark.parametrize("key", PUBLISHED)
def test_every_published_number_is_in_the_ledger(key):
    entry, wanted = ENTRIES[key], PUBLISHED[key]
    low, high = wanted if isinstance(wanted, tuple) else (wanted, wanted)
    assert entry.get("low", entry.get("value")) == low
    assert entry.get("high", entry.get("value")) == high


def test_every_entry_can_be_computed_and_none_states_a_verdict():
    known = ledger.read_paper(FILE)
    assert len({entry.key for entry in known.entries}) == len(known.entries)
    for entry in known.entries:
        assert entry.question or entry.compute in paper.COMPUTED
        assert not {"verdict", "why", "computed"} & set(ENTRIES[entry.key])
        if entry.against or entry.compute == "transverse_dispersion":
            assert not entry.readings
        else:
            assert entry.readings[0] == "companion"
            assert known.readings["companion"] == {}


ARITHMETIC = ("softening_", "companion_", "strain")


@pytest.mark.parametrize(
    "key", [k for k, e in ENTRIES.items() if "against" in e and k.startswith(ARITHMETIC)]
)
def test_contradictions_follow_from_the_printed_statements_alone(key):
    known = ledger.read_paper(FILE)
    entry = next(one for one in known.entries if one.key == key)
    row = ledger._row(entry, ledger.evaluate(known, entry))
    expected = "reproduced" if key == "softening_end" else "contradicts itself"
    assert row["verdict"] == expected


def test_softening_is_equation_1():
    assert paper.softened_phonon_energy(bare=330.0, coupling=[0.375]).low == 165.0
    assert paper.coupling_of_softening(bare=330.0, softened=165.0).low == pytest.approx(0.375)
    # The two statements of the paper need these couplings instead of the printed ones.
    assert paper.coupling_of_softening(bare=330.0, softened=160.0).low == pytest.approx(
        0.382, abs=5e-4
    )
    assert paper.coupling_of_softening(bare=225.0, softened=145.0).low == pytest.approx(
        0.292, abs=5e-4
    )


def _third_band(height, *, well_mass=0.86, barrier_mass=1.0, well=0.85, barrier=0.55):
    """Edges of band 3, meV, from the classic dispersion cos kd = f(E), scanned for |f| = 1."""
    unit = constants.hbar**2 / (2 * constants.m_e) / constants.e * 1e21

    def classic(energy):
        a = np.sqrt(well_mass * energy / unit)
        b = np.sqrt(complex(barrier_mass * (height - energy) / unit))
        x = b / a
        value = np.cos(a * well) * np.cosh(b * barrier)
        return (value + (x - 1 / x) / 2 * np.sin(a * well) * np.sinh(b * barrier)).real

    edges = []
    for sign in (1.0, -1.0):
        energy = np.arange(0.37, 8000, 0.5)
        values = np.array([classic(e) - sign for e in energy])
        for i in np.flatnonzero(values[1:] * values[:-1] < 0):
            edges.append(
                optimize.brentq(lambda e, s=sign: classic(e) - s, energy[i], energy[i + 1])
            )
    return sorted(edges)[4:6]


def test_transverse_dispersion_against_the_classic_formula():
    bottom, top = _third_band(4160.0)
    found = paper.transverse_dispersion(preset="epl2021", barrier_height=4160.0)
    assert found.low == pytest.approx(top - bottom, abs=1e-6)


@pytest.mark.parametrize(("preset", "width"), [("h3s", 274.0), ("cshx", 145.0)])
def test_barrier_height_gives_the_dispersion_in_the_classic_formula(preset, width):
    bottom, top = _third_band(paper.barrier_height(preset=preset).low)
    assert top - bottom == pytest.approx(width, abs=1e-6)


def _tc(**changes):
    return critical_temperature(Superstripes.preset("h3s", **changes)).value


def test_dome_top_against_a_simplex_search():
    search = optimize.minimize(
        lambda x: -_tc(lifshitz=x[0], coupling=x[1]), [0.8, 0.35], method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-4, "maxfev": 120},
    )  # fmt: skip
    found = {
        part: paper.dome_top(preset="h3s", part=part)
        for part in ("temperature", "lifshitz", "coupling")
    }
    assert found["temperature"].low == pytest.approx(
        -search.fun, abs=2 * found["temperature"].error
    )
    assert found["lifshitz"].low == pytest.approx(search.x[0], abs=2 * found["lifshitz"].error)
    assert found["coupling"].low == pytest.approx(search.x[1], abs=2 * found["coupling"].error)


def test_antiresonance_against_a_bounded_search():
    search = optimize.minimize_scalar(
        lambda eta: np.log(_tc(lifshitz=float(eta), coupling=0.3)), bounds=(-0.6, -0.1),
        method="bounded", options={"xatol": 1e-4},
    )  # fmt: skip
    found = paper.antiresonance(preset="h3s", coupling=[0.3])
    assert found.low == pytest.approx(search.x, abs=4e-4)


def test_tc_against_g_on_both_sides_of_the_transition():
    below = paper.rising_with_coupling_from(preset="h3s")
    above = paper.falling_with_coupling_up_to(preset="h3s")
    couplings = (0.1, 0.2, 0.3, 0.4)
    at = [_tc(lifshitz=below.low - 2 * below.error, coupling=g) for g in couplings]
    assert all(np.diff(at) < 0)
    at = [_tc(lifshitz=below.low, coupling=g) for g in np.linspace(0.1, 0.4, 7)]
    assert any(np.diff(at) > 0)
    at = [_tc(lifshitz=above.low + 2 * above.error, coupling=g) for g in couplings]
    assert all(np.diff(at) > 0)


def test_gap_ratio_from_gap_and_tc():
    mechanism = Superstripes.preset("h3s", coupling=0.25, lifshitz=0.7)
    delta = gap(mechanism, 0.0).gap.isel(temperature=0).sel(subband=3).mean("kz")
    expected = 2 * float(delta) / (BOLTZMANN * critical_temperature(mechanism).value)
    changes = {"coupling": 0.25, "lifshitz": 0.7}
    question = Question("gap_ratio", preset="h3s", changes=changes, select={"subband": 3})
    found = answer(question, Functions(), {})
    assert found.low == pytest.approx(expected, rel=1e-6)


def test_isotope_curve_against_a_difference_of_tc():
    curve = curves.isotope("h3s", 0.25)
    for eta in (-0.5, 0.6):
        up, down = (
            np.log(_tc(lifshitz=eta, coupling=0.25, phonon_energy=330.0 * s))
            for s in (1.001, 0.999)
        )
        slope = (up - down) / np.log(1.001 / 0.999) / 2
        nearest = curve.isotope_coefficient.sel(lifshitz=eta, method="nearest")
        assert float(nearest) == pytest.approx(slope, abs=1e-4)


def test_the_density_of_states_peaks_where_the_third_subband_ends():
    assert paper.density_peak(preset="h3s").low == pytest.approx(1.0, abs=2e-3)


def test_the_fitted_mass_on_a_dome_that_is_known(monkeypatch):
    def top(preset, changes):
        scale = {"h3s": 200.0, "cshx": 270.0}[preset]
        value = computed(scale / dict(changes)["well_mass"] ** 2)
        return curves.DomeTop(value, value, value)

    monkeypatch.setattr(curves, "dome_top", top)
    found = paper.dome_top_at_fitted_mass(
        preset="cshx", fitted="h3s", temperature=250.0, bracket=[0.5, 1.0]
    )
    assert found.low == pytest.approx(270 * 250 / 200, abs=found.error)


def test_extrema_between_grid_points_stay_within_their_error():
    x = np.linspace(-1, 1, 21) + 0.037
    best = np.max(1 - x**2)
    assert 1 - best <= curves.extremum_error(1 - x**2)
    assert curves.extremum_error(x) == 0.0


def test_ratios_of_printed_numbers_reach_as_far_as_these_allow():
    known = {entry.key: entry for entry in ledger.read_paper(FILE).entries}
    assert known["tc_max_ratio"].statement.interval == (325 / 255, 335 / 245)
    assert known["alignment_a"].statement.interval == (2.85 / 2.95, 2.95 / 2.85)
    assert known["alignment_b"].statement.interval == (3.85 / 3.95, 3.95 / 3.85)


@pytest.mark.parametrize("key", ["gap_equation_number", "colour_scale_b", "crossover_subband"])
def test_what_is_quoted_is_not_called_calculated(key):
    known = ledger.read_paper(FILE)
    entry = next(one for one in known.entries if one.key == key)
    row = ledger._row(entry, ledger.evaluate(known, entry))
    assert row["computed_how"] == "quoted"
    assert ("%" in row["why"]) == (not entry.statement.label)


def test_figures_carry_status_version_and_source(monkeypatch):
    monkeypatch.setattr(figures, "figure_data", lambda: {"figure_4": figures._softening()})
    attrs = ledger.figure_data("mazziotti2021")["figure_4"].attrs
    assert "retracted" in attrs["status"]
    assert attrs["cite"] == list(ledger.read_paper(FILE).cite)
    assert attrs["pairlab_version"]
    assert attrs["title"] == "Softening of the phonon"
