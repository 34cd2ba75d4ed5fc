"""Names of projects that people type: which are the same."""

import unicodedata

import pytest

from mlready.model.typed_names import plain_project


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("バス運行", "パス運行", id="Japanese"),
        pytest.param("कर्म", "करम", id="Devanagari"),
        pytest.param("Край", "Краи", id="Cyrillic"),
        pytest.param("a ≠ b", "a = b", id="sign"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_marks_tell_projects_apart_if_they_are_no_accents(one, other, form):
    assert plain_project(unicodedata.normalize(form, one)) != plain_project(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Tür - Eins", "tur  EINS", id="Latin"),
        pytest.param("Εμπόριο", "ΕΜΠΟΡΙΟ", id="Greek"),
        pytest.param("ﾊﾟｽ", "パス", id="Japanese of half width"),
        pytest.param("КРАЙ", unicodedata.normalize("NFD", "край"), id="Cyrillic"),
        pytest.param("Ana\u00b4s plan", "ana's plan", id="accent as an apostrophe"),
    ],
)
def test_one_project_may_be_typed_in_two_ways(one, other):
    assert plain_project(one) == plain_project(other)
