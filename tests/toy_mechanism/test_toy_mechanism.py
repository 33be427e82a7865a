"""A mechanism and an observable of another package, found through their entry points: nothing of
pairlab is edited.

Every test starts a process of its own, with the folder `package` on its path: there lie one module
for each and the metadata that an installed distribution has.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import constants

import pairlab as pl
from pairlab.observables.registry import observables

PACKAGE = Path(__file__).with_name("package")
PAIRLAB = "import sys; from pairlab.cli import main; sys.exit(main())"
WEAK_COUPLING = 2 * np.exp(np.euler_gamma) / np.pi


def exact_critical_temperature(strength, cutoff):
    """K. Corrections are of order exp(-w_c/kTc)."""
    kt = WEAK_COUPLING * cutoff * 1e-3 * constants.e * np.exp(-1 / strength)
    return kt / constants.k


def process(code, *words, folder=None, package=PACKAGE):
    path = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False,
        cwd=folder, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


def python(code, **options):
    """What a program prints as JSON."""
    done = process(code, **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_not_there_without_its_package():
    assert "toy" not in pl.mechanisms()


def test_it_is_found_and_calculated_from_python():
    found = python(
        "import json, pairlab as pl\n"
        "keys = list(pl.mechanisms())\n"
        "m = pl.preset('toy_metal')\n"
        "tc, alpha = pl.critical_temperature(m), pl.isotope_coefficient(m)\n"
        "swept = pl.sweep(m, {'attraction': [0.25, 0.5], 'repulsion': [0.05, 0.1, 0.3]})\n"
        "report = pl.run(m)\n"
        "print(json.dumps({'keys': keys, 'tc': tc.value,\n"
        "  'alpha': alpha.value, 'status': tc.provenance.status, 'dims': list(swept.dims),\n"
        "  'swept': swept.critical_temperature.values.tolist(),\n"
        "  'codes': swept.critical_temperature_result_code.values.tolist(),\n"
        "  'report': sorted(map(str, report.data_vars)), 'ratio': float(report.gap_ratio),\n"
        "  'dome': report.dome_critical_temperature.values.tolist()}))\n"
    )
    assert found["keys"] == [*pl.mechanisms(), "toy"]
    assert found["tc"] == pytest.approx(exact_critical_temperature(0.2, 40.0), rel=1e-7)
    assert found["alpha"] == pytest.approx(0.5, abs=1e-7)
    assert found["status"] == "invented for a test"
    # Repulsion 0.3 over attraction 0.25 is refused: a code in a sweep, the other points go on.
    assert found["dims"] == ["attraction", "repulsion"]
    swept, codes = np.array(found["swept"], float), np.array(found["codes"])
    assert codes.tolist() == [[0, 0, 5], [0, 0, 0]]
    assert np.isnan(swept[0, 2])
    strength = np.array([0.25, 0.5])[:, None] - np.array([0.05, 0.1, 0.3])
    wanted = exact_critical_temperature(np.where(strength > 0, strength, 1.0), 40.0)
    good = codes == 0
    # (a - r) = 0.45: exp(-w_c/kTc) = 3e-4 is no longer nothing.
    assert swept[good] == pytest.approx(wanted[good], rel=1e-3)
    weak = good & (strength < 0.21)
    assert weak.sum() == 3
    assert swept[weak] == pytest.approx(wanted[weak], rel=1e-7)
    assert {"critical_temperature", "isotope_coefficient", "gap", "gap_ratio"} <= {*found["report"]}
    assert found["ratio"] == pytest.approx(2 * np.pi / np.exp(np.euler_gamma), rel=1e-4)
    dome = exact_critical_temperature(np.array([0.1, 0.2, 0.3]), 40.0)
    assert found["dome"] == pytest.approx(dome, rel=1e-5)


def test_an_observable_is_not_there_without_its_package():
    assert "toy_doubled_tc" not in observables()


def test_an_observable_is_found_and_asked_in_reports_and_sweeps():
    found = python(
        "import json, pairlab as pl\n"
        "from pairlab.observables.registry import observables, offers\n"
        "m = pl.preset('toy_metal')\n"
        "axes = {'attraction': [0.25, 0.5], 'repulsion': [0.05, 0.3]}\n"
        "both = ['toy_doubled_tc', 'critical_temperature']\n"
        "swept = pl.sweep(m, axes, both)\n"
        "report, other = pl.run(m), pl.run(pl.preset('textbook'))\n"
        "silent = observables()['toy_doubled_tc'].function(m.replace(attraction=0.101))\n"
        "print(json.dumps({'known': list(observables()), 'offers': offers(m),\n"
        "  'swept': swept.toy_doubled_tc.values.tolist(),\n"
        "  'error': swept.toy_doubled_tc_error.values.tolist(),\n"
        "  'codes': swept.toy_doubled_tc_result_code.values.tolist(),\n"
        "  'units': swept.toy_doubled_tc.units,\n"
        "  'tc': swept.critical_temperature.values.tolist(),\n"
        "  'report': [float(report.toy_doubled_tc), float(report.toy_doubled_tc_error),\n"
        "    int(report.toy_doubled_tc_result_code), report.toy_doubled_tc.units],\n"
        "  'other': [float(other.toy_doubled_tc), float(other.critical_temperature)],\n"
        "  'method': report.attrs['method'], 'silent': silent.result.name}))\n"
    )
    assert set(found["known"]) == {*observables(), "toy_doubled_tc"}
    assert "toy_doubled_tc" in found["offers"]
    value, error, code, units = found["report"]
    exact = exact_critical_temperature(0.2, 40.0)
    assert (value, code, units) == (pytest.approx(2 * exact, rel=1e-7), 0, "K")
    assert 0 < error < 1e-5 * value
    assert found["other"][0] == 2 * found["other"][1]
    assert "toy_doubled_tc" in found["method"]
    # What the mechanism refuses is a code for every observable.
    swept, tc = np.array(found["swept"], float), np.array(found["tc"], float)
    assert found["codes"] == [[0, 5], [0, 0]]
    assert found["units"] == "K"
    np.testing.assert_array_equal(swept, 2 * tc)
    assert np.isnan(swept[0, 1])
    assert np.isnan(np.array(found["error"], float)[0, 1])
    assert found["silent"] == "NO_SUPERCONDUCTIVITY"


def test_it_is_listed_with_its_parameters():
    done = process(PAIRLAB, "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Toy pairing of another package" in done.stdout
    assert "toy_metal" in done.stdout
    one = process(PAIRLAB, "list", "toy").stdout
    for word in ("invented for a test", "repulsion", "meV", "the attraction", "10.1000/toy"):
        assert word in one


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--attraction", "-1"], "attraction = -1.0"),
        (["--attraction", "2"], "attraction = 2.0"),
        (["--cutoff", "40 nm"], "give cutoff in meV"),
        (["--repulsion", "0.9"], "nothing binds"),
        (["--atraction", "0.3"], 'did you mean "--attraction"'),
    ],
)
def test_a_bad_value_is_one_sentence_and_code_2(words, sentence):
    done = process(PAIRLAB, "tc", "toy_metal", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert sentence.lower() in done.stderr.lower()


def test_its_parameters_are_options():
    done = process(
        PAIRLAB, "tc", "toy", "--attraction", "0.25", "--repulsion=0.05", "--cutoff", "0.05 eV",
        "--json",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)["critical_temperature"]
    assert found["good"] is True
    assert found["value"] == pytest.approx(exact_critical_temperature(0.2, 50.0), rel=1e-7)
    text = process(PAIRLAB, "tc", "toy", "--help").stdout
    assert "--repulsion" in text
    assert "[meV]" in text


def test_a_run_file_is_calculated_and_written(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'mechanism = "toy"\n\n[parameters]\nattraction = 0.3\nrepulsion = 0.08\ncutoff = "40 meV"\n'
    )
    done = process(PAIRLAB, "run", "mine.toml", "--repulsion", "0.1", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"mine.toml", "mine.nc", "mine.png"}
    data = pl.open_result(tmp_path / "mine.nc")
    assert float(data.critical_temperature) == pytest.approx(
        exact_critical_temperature(0.2, 40.0), rel=1e-7
    )
    assert data.attrs["mechanism"] == "toy"
    assert "repulsion = 0.1" in data.attrs["config"]
    assert "invented for a test" in process(PAIRLAB, "show", "mine.nc", folder=tmp_path).stdout


def wrong_package(folder, group, body):
    (folder / "wrong_pairing.py").write_text(body + "\n")
    metadata = folder / "wrong_pairing-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: wrong\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[pairlab.{group}]\nmine = wrong_pairing:Mine\n")
    return folder


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Mine = 3", "is not a subclass"),
        ("from pairlab.mechanisms.bcs import Bcs as Mine", 'two mechanisms have the key "bcs"'),
    ],
)
def test_what_another_package_does_wrong_is_said(tmp_path, body, sentence):
    done = process(PAIRLAB, "list", package=wrong_package(tmp_path, "mechanisms", body))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Mine = 3", "is no pairlab.observables.registry.Observable"),
        (
            "from pairlab.observables.gap import OBSERVABLE as Mine",
            'two observables have the name "gap"',
        ),
    ],
)
def test_what_is_wrong_with_an_observable_of_another_package_is_said(tmp_path, body, sentence):
    found = python(
        "import json, pairlab as pl\n"
        "try:\n    pl.run(pl.preset('textbook'))\n"
        "except pl.InputError as error:\n    print(json.dumps(str(error)))\n",
        package=wrong_package(tmp_path, "observables", body),
    )
    assert sentence.lower() in found.lower()
