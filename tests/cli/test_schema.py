"""schema.json is what the mechanisms say, so that the command line need not import them."""

import json

from pairlab.io.catalogue import SCHEMA, built_in
from pairlab.mechanisms._fields import schema
from pairlab.mechanisms._fields.registry import BUILT_IN, mechanisms
from pairlab.mechanisms.bcs import Bcs
from pairlab.mechanisms.multiband import Multiband
from pairlab.mechanisms.superstripes import Superstripes


def test_the_committed_file_is_up_to_date():
    assert SCHEMA == schema.PATH
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema.schema(), (
        "run python -m pairlab.mechanisms._fields.schema"
    )


def test_every_built_in_mechanism_and_field_is_there():
    assert set(built_in()) == set(BUILT_IN)
    for key, one in built_in().items():
        assert list(one["fields"]) == list(mechanisms()[key].model_fields)
        assert set(one["presets"]) == set(mechanisms()[key].presets)
        for field in one["fields"].values():
            assert field["doc"]


def test_fields_are_described_as_they_are_declared():
    fields = schema.describe(Superstripes)["fields"]
    assert fields["well_width"]["unit"] == "nm"
    assert fields["well_width"]["bounds"] == {"gt": 0.0, "le": 1000.0}
    assert fields["well_width"]["required"]
    assert fields["barrier_height"]["optional"]
    assert not fields["barrier_height"]["required"]
    assert fields["matching"]["choices"] == ["psi_prime", "bendaniel_duke"]
    assert fields["subbands"]["type"] == "integer"
    assert fields["lifshitz"]["symbol"] == "eta"
    assert schema.describe(Multiband)["fields"]["couplings"]["type"] == "matrix"
    assert schema.describe(Multiband)["fields"]["densities"]["type"] == "list"
    assert schema.describe(Bcs)["fields"]["coupling"]["type"] == "number"
