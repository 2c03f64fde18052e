"""What the package is made of is told from the lock and from what is installed."""

import json

from tools import supply

LOCK = f"""\
aiohttp==3.14.5 ; python_full_version == '3.12.*'
numpy==2.4.1 \\
    --hash=sha256:{1:064d} \\
    --hash=sha256:{1:064d}
"""


def test_every_package_of_the_whole_lock_is_in_the_bill_once_with_its_digests():
    made = supply.bill(LOCK, version="1.0")
    assert [one["purl"] for one in made["components"]] == [
        "pkg:pypi/aiohttp@3.14.5",
        "pkg:pypi/numpy@2.4.1",
    ]
    assert [len(one.get("properties", ())) for one in made["components"]] == [0, 2]
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    json.dumps(made)
    words = supply.LOCK.read_text("utf-8")
    pinned = [(name, version) for name, version, digests in supply.locked(words) if digests]
    assert len(set(pinned)) == sum("==" in line.partition(";")[0] for line in words.splitlines())


def test_the_table_of_licences_is_of_what_the_package_needs():
    listed = supply.TABLE.read_text("utf-8")
    names = {line.split("|")[1].strip() for line in listed.splitlines()[6:]}
    assert {*supply.needed(supply.distribution(supply.NAME))} <= names
    assert "not stated" not in listed
