"""The form in a real browser: answers are typed, saved, and opened again.

Option ``--screenshots FOLDER`` keeps screenshots of the pages.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

for needed in ("axe_playwright_python", "playwright"):
    pytest.importorskip(needed, reason="needs: pip install -e '.[pipelines]'")

from axe_playwright_python.sync_playwright import Axe  # noqa: E402 - after importorskip
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - after importorskip

from mlready.errors import DocumentError  # noqa: E402 - after importorskip
from mlready.model.answers import (  # noqa: E402 - after importorskip
    EXPRESS,
    FULL,
    Answer,
    AnswerSheet,
    PlanStep,
    Timing,
    Voice,
    applicable_to,
    assessment_input,
    empty_sheet,
)
from mlready.model.questionnaire import Question, Questionnaire  # noqa: E402 - after importorskip
from mlready.report import form  # noqa: E402 - after importorskip
from mlready.report.ask import ask_sheet  # noqa: E402 - after importorskip
from mlready.report.markdown import blank_answers  # noqa: E402 - after importorskip
from mlready.storage import answers_file  # noqa: E402 - after importorskip
from mlready.storage.answers_fast_parser import is_line  # noqa: E402 - after importorskip
from mlready.storage.answers_file import dump  # noqa: E402 - after importorskip
from mlready.storage.questionnaire_file import load  # noqa: E402 - after importorskip
from tests.random_conditions import random_questionnaire, random_sheet  # noqa: E402 - after importorskip
from tests.samples import (  # noqa: E402 - after importorskip
    CONSTRUCTS,
    KICKOFF,
    SHEETS,
    SIGNS,
    example,
)

CHROMIUM = shutil.which("chromium")
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
DESKTOP, PHONE = 1200, 360  # widths of the window in pixels
TIMEOUT = 120_000  # milliseconds; long, as machines may be busy
TODAY = "2026-11-29"
EVERYTHING = load(Path(__file__).parent / "data" / "everything.yaml")
# Quotes, line breaks, emoji, right to left, control and invisible characters.
HOSTILE = (
    '"It\'s": {a: 1}, #\n\n- x\\ \U0001f469\u200d\U0001f4bb '
    "\u202e\u05e9\u05dc\u202c \x00\x07\x85\xa0\u2028\xe9\ufeff "
)

pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="needs a browser: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=CHROMIUM, args=OPTIONS, timeout=TIMEOUT
        )
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    """Return a function that opens a form in the browser and returns its page.

    The test fails if a page logs a message or requests another file.
    """
    unexpected: list[str] = []

    def open_(
        page: Page | None = None,
        *,
        sheet: AnswerSheet | None = None,
        questionnaire: Questionnaire = KICKOFF,
        before: str = "",
        **options: Any,
    ) -> Page:
        path = tmp_path / "form.html"
        path.write_bytes(page_of(sheet or empty_sheet(KICKOFF), questionnaire).encode())
        if page is None:
            options = {"viewport": {"width": DESKTOP, "height": 800}} | options
            page = browser.new_page(**options)
            page.set_default_timeout(TIMEOUT)
            page.clock.set_fixed_time(f"{TODAY}T12:00:00")
            page.on("console", lambda message: unexpected.append(message.text))
            page.on("pageerror", lambda error: unexpected.append(str(error)))
            page.on("request", lambda sent: unexpected.append(sent.url))
        if before:
            page.add_init_script(before)
        page.goto(path.as_uri())
        assert unexpected.pop(0) == path.as_uri()
        return page

    yield open_
    for context in browser.contexts:
        context.close()
    assert [each for each in unexpected if not each.startswith("blob:")] == []


def page_of(sheet: AnswerSheet, questionnaire: Questionnaire = KICKOFF) -> str:
    return form.form_page(questionnaire, sheet, dump(sheet, questionnaire))


def saved(page: Page, folder: Path) -> Path:
    """Press the button "Save"; return the path of the file saved in ``folder``."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save", exact=True).click()
    path: Path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def fill_in(page: Page, sheet: AnswerSheet) -> None:
    """Fill in a form with the answers of a sheet."""
    page.get_by_label("Your name").fill(sheet.voice.name)
    page.get_by_label("What you do here").select_option(sheet.voice.role)
    page.get_by_label(KICKOFF.project["name"]).fill(sheet.name)
    page.get_by_label(KICKOFF.project["slice"]).fill(sheet.slice)
    for id_, text in sheet.background.items():
        page.locator(f"#background-{id_}").fill(text)
    for fact in KICKOFF.profile:
        if value := sheet.profile.get(fact.id):
            if fact.choices:
                choose(page, f"fact-{fact.id}", value)
            else:
                page.locator(f"#fact-{fact.id}").fill(value)
    for role, people in sheet.available.items():
        page.locator(f"#available-{role}").fill(f"{people:g}")
    for id_, answer in sheet.answers.items():
        give(page, id_, answer)


def give(page: Page, id_: str, answer: Answer) -> None:
    if answer.level is not None:
        choose(page, id_, str(answer.level))
    elif answer.given:
        choose(page, id_, "na" if answer.na else "unknown")
    for part in ("na", "note", "evidence", "accepted"):
        text = getattr(answer, part)
        if text and part != "na":
            remarks = page.locator(f'[data-id="{id_}"] details.remarks')
            if not remarks.evaluate("each => each.open"):
                remarks.locator("summary").click()
        if text:
            page.locator(f"#{id_}-{part}").fill(text)


def in_order(sheet: AnswerSheet) -> AnswerSheet:
    """Return a sheet with facts and people in the order of the questionnaire."""
    facts = [fact.id for fact in KICKOFF.profile if fact.id in sheet.profile]
    roles = [role for role in KICKOFF.roles if role in sheet.available]
    return sheet._replace(
        profile={each: sheet.profile[each] for each in facts},
        available={each: sheet.available[each] for each in roles},
    )


def by_ana(sheet: AnswerSheet) -> AnswerSheet:
    voice = Voice("Ana", "data_engineer", date=TODAY)
    asked = in_order(assessment_input(KICKOFF, sheet).sheet)
    # The form has no fields for who gave a single answer, and when.
    answers = {
        id_: each._replace(by="", date="") for id_, each in asked.answers.items()
    }
    return asked._replace(voice=voice, next="", answers=answers)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "mlready", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", ["stilts", "ready", "assistant"])
def test_filled_in_form_gives_the_same_advice_as_a_file_with_its_answers(
    opened, tmp_path, name
):
    sheet = by_ana(example(name))
    lines = {"reader": "Ines, COO", "promise": "A pilot: two shops, by March"}
    sheet = sheet._replace(background=lines, steps={})  # the form asks no steps
    typed = tmp_path / "typed.yaml"
    typed.write_bytes(dump(sheet, KICKOFF).encode())
    page = opened()
    fill_in(page, sheet)

    path = saved(page, tmp_path)

    assert path.name == "mlready-ana.yaml"
    assert path.read_bytes() == typed.read_bytes()
    code, _, said = run("validate", path)
    assert (code, "fine" in said) == (0, True)
    assert run("report", path, "--explain") == run("report", typed, "--explain")


def test_prefilled_hostile_texts_are_saved_unchanged(opened, tmp_path):
    text = HOSTILE.strip()
    voice = Voice(text, "ask: [me]", present=text, date="2026-03-02")
    answers = {
        "CTX-01": Answer(level=2, note=text, evidence="yes", accepted="null"),
        "CTX-02": Answer(na=text),
        "CTX-03": Answer(unknown=True, note="a\r\nb\tc \\n"),
        "COL-01": Answer(note="~"),
    }
    sheet = empty_sheet(KICKOFF)._replace(
        name=text, slice="no", voice=voice, answers=answers
    )
    page = opened(sheet=sheet)

    path = saved(page, tmp_path)

    assert path.read_bytes() == dump(sheet, KICKOFF).encode()
    assert answers_file.read(path.read_bytes(), path.name, KICKOFF) == sheet


def test_typed_hostile_texts_are_saved_unchanged(opened, tmp_path):
    # A text field of a browser cannot hold a carriage return, and a name no line feed.
    answers = {"CTX-01": Answer(level=2, note=HOSTILE), "CTX-02": Answer(na=HOSTILE)}
    sheet = by_ana(empty_sheet(KICKOFF)._replace(slice=HOSTILE, answers=answers))
    page = opened()
    fill_in(page, sheet)

    path = saved(page, tmp_path)

    assert path.read_bytes() == dump(sheet, KICKOFF).encode()
    assert answers_file.read(path.read_bytes(), path.name, KICKOFF) == sheet


def random_texts(rng: Random) -> str:
    parts = [
        *SIGNS,
        *CONSTRUCTS,
        "yes",
        "0",
        "01",
        "a_b",
        "word word",
        "\xe9",
        "\U0001f44d",
    ]
    return "".join(rng.choices(parts, k=rng.randint(1, 6)))


def random_file(rng: Random) -> str:
    """Return an answers file with random hostile texts."""

    def text() -> str:
        return "" if rng.random() < 0.4 else f"{random_texts(rng)}x"

    def answer() -> Answer:
        remarks: dict[str, Any] = {
            "note": text(),
            "evidence": text(),
            "by": text(),
            "date": text(),
        }
        if rng.random() < 0.2:
            return Answer(na=f"{text()}x", **remarks)
        level = rng.choice([None, 0, 1, 4])
        return Answer(level, unknown=rng.random() < 0.1 and level is None, **remarks)

    def line() -> str:
        return "".join(each for each in text() if is_line(f"x{each}"))

    def step(what: str) -> PlanStep:
        return PlanStep(what, line(), rng.choice(["", TODAY]), rng.choice(["", TODAY]))

    background = {each.id: line() for each in KICKOFF.background}
    asked = rng.sample([*KICKOFF.questions], 8)
    answers = {each.id: found for each in asked if (found := answer()) != Answer()}
    sheet = empty_sheet(KICKOFF, rng.choice([FULL, EXPRESS]))._replace(
        name=text(),
        slice=text(),
        next=text(),
        profile={"stakes": "live", "headcount": rng.choice(["7", "007"])},
        available={"ml": rng.choice([0, 0.5, 12.25]), "analyst": 1.125},
        answers=answers,
        voice=Voice(
            text(), rng.choice(["", "ml", "sponsor: me"]), text(), drafted=text()
        ),
        asked=rng.choice([(), ("COL-01", "available-ml", "stakes")]),
        background={id_: each for id_, each in background.items() if is_line(each)},
        steps={
            "COL-01": step(line()),
            "hires-analyst": PlanStep(owner="x"),
            "no": step(f"x{line()}"),
        },
        timing=Timing(*rng.choice([("", ""), (f"{TODAY} 09:00", f"{TODAY} 23:59")]), 7),
        earlier={"OLD-01": text() or "x", "no": {"level": "1", "note": text() or "y"}},
        voices=tuple(
            empty_sheet(KICKOFF)._replace(
                voice=Voice(name, "ml"),
                answers={"COL-01": Answer(rng.randint(0, 4))},
                background=rng.choice([{}, {"promise": f"x{line()}"}]),
            )
            for name in rng.choice([(), ("Bo", f"C{text()}")])
        ),
    )
    return dump(sheet, KICKOFF)


def test_form_script_reads_and_writes_answers_files_as_mlready_does(opened):
    rng = Random(12)
    texts = [
        *(dump(sheet, KICKOFF) for sheet in SHEETS.values()),
        *(random_file(rng) for _ in range(600)),
    ]
    found = opened().evaluate("texts => texts.map((text) => dump(read(text)))", texts)

    assert found == texts


OURS = """
extends: kickoff
id: ours
version: 3
off: {CTX-02: not ours}
profile:
- id: mission
  was: [goal, aim]
  topic: t
  text: x
  choices: {a: A, b: B}
  assumed: a
sections:
- id: COL
  questions:
  - {id: COL-01, changed: 2, kept_levels: [2, 3]}
  - {id: COL-03, was: OLD-03}
"""


def older_files(rng: Random, questionnaire: Questionnaire) -> Iterator[str]:
    """Yield random answers files for older versions of a questionnaire."""
    for _ in range(200):
        text = random_file(rng).replace("\n  COL-03:", "\n  OLD-03:", 1)
        if rng.random() < 0.5:
            text = text.replace("\nanswers:", "\nanswers:\n  GONE-01: 2", 1)
        if "{}" in text.split("\nanswers:", 1)[1][:4]:
            continue
        if questionnaire is KICKOFF:
            yield text.replace("version: 2\n", "version: 1\n", 1)
            continue
        extends = rng.choice(["", "extends: kickoff-1\n", "extends: kickoff-2\n"])
        named = rng.choice(
            ["ours\nversion: 1", "ours\nversion: 2", "kickoff\nversion: 1"]
        )
        header = f"questionnaire: {named}\n{extends}"
        text = text.replace("questionnaire: kickoff\nversion: 2\n", header, 1)
        fact = rng.choice(["goal: b", "aim: c", "mission: a"])
        yield text.replace("\nprofile:\n", f"\nprofile:\n  {fact}\n", 1)


@pytest.mark.filterwarnings("ignore::mlready.errors.StorageWarning")
@pytest.mark.parametrize("extends", [False, True], ids=["kickoff", "extended"])
def test_form_script_migrates_older_answers_as_mlready_does(
    opened,
    tmp_path,
    extends,
):
    (tmp_path / "ours.yaml").write_text(OURS, encoding="utf-8")
    questionnaire = load(tmp_path / "ours.yaml") if extends else KICKOFF
    texts, expected = [], []
    for text in older_files(Random(7), questionnaire):
        with suppress(DocumentError):  # the next test is about such files
            sheet = answers_file.read(text.encode(), "a.yaml", questionnaire)
            texts.append(text)
            expected.append(dump(sheet, questionnaire))
    page = opened(questionnaire=questionnaire, sheet=empty_sheet(questionnaire))

    found = page.evaluate("texts => texts.map((text) => dump(read(text)))", texts)

    assert len(texts) > 100
    assert [each.splitlines() for each in found] == [
        each.splitlines() for each in expected
    ]


def test_form_opens_an_older_file_and_says_which_questions_are_asked_again(
    opened, tmp_path
):
    path = tmp_path / "old.yaml"
    path.write_text(
        "questionnaire: kickoff\nversion: 1\nanswers:\n  COL-01: 3\n  ORG-07: 1\n"
        "  MON-07: 2\n  XYZ-01: 2\n"
    )
    page = opened()
    page.locator("#file").set_input_files(path)
    wait_for_status(page, "Opened")
    said = page.locator("#status").inner_text()

    assert page.locator('[name="COL-01"]:checked').get_attribute("value") == "3"
    assert page.locator('[name="ORG-07"]:checked').count() == 0
    assert "Asked again, as the meaning has changed: ORG-07." in said
    assert "No longer asked, but kept in the file: XYZ-01." in said
    sheet = answers_file.read(saved(page, tmp_path).read_bytes(), "a", KICKOFF)
    assert sheet.earlier == {"ORG-07": "1", "XYZ-01": "2"}


def cases(questionnaire: Questionnaire, sheets: list[AnswerSheet]) -> dict[str, Any]:
    """Return what the form's script needs: its data, and answers files to read."""
    data = form.script_data(questionnaire, empty_sheet(questionnaire), "")
    return {"data": data, "texts": [dump(sheet, questionnaire) for sheet in sheets]}


def expected(questionnaire: Questionnaire, sheet: AnswerSheet) -> dict[str, str]:
    """Return which wording of each asked fact and question the form must show, by id.

    For a question this is the index in ``Question.wordings``, or "base" if none of them
    applies. For a fact it is always "base".
    """
    found = applicable_to(questionnaire, sheet)
    questions = {each.id: each for each in questionnaire.questions}
    return {
        **{fact.id: "base" for fact in found.facts},
        **{each.id: wording(questions[each.id], each) for each in found.questions},
    }


def wording(question: Question, worded: Question) -> str:
    for number, each in enumerate(question.wordings):
        if question._replace(**each.changes) == worded:
            return str(number)
    assert worded == question
    return "base"


def same_for(page: Page, pairs: list[tuple[Questionnaire, list[AnswerSheet]]]) -> int:
    """Check that the form asks the same facts and questions as mlready.

    The wordings must be the same, too. Each of ``pairs`` is a questionnaire with sheets
    to try; the result is the number of all these sheets. ``page`` shows a form.
    """
    script = """cases => cases.map(({data: now, texts}) => {
        Object.keys(data).forEach((key) => { data[key] = now[key] });
        return texts.map((text) => Object.fromEntries(asked(read(text))));
    })"""
    found = page.evaluate(script, [cases(*pair) for pair in pairs])
    assert found == [
        [expected(questionnaire, sheet) for sheet in sheets]
        for questionnaire, sheets in pairs
    ]
    return sum(len(sheets) for _, sheets in pairs)


def kickoff_sheet(rng: Random, questionnaire: Questionnaire) -> AnswerSheet:
    def some(values: dict[str, Any]) -> dict[str, Any]:
        return {key: each for key, each in values.items() if rng.random() < 0.8}

    facts = {
        each.id: rng.choice([*each.choices] or ["7"]) for each in questionnaire.profile
    }
    roles = [role.id for role in questionnaire.roles.values() if role.available]
    levels = {
        each.id: Answer(level=rng.randint(0, 4)) for each in questionnaire.questions
    }
    return empty_sheet(questionnaire, rng.choice([FULL, EXPRESS]))._replace(
        profile=some(facts),
        available=some({role: rng.choice([0, 0.5, 1, 2]) for role in roles}),
        answers=some(levels),
    )


@pytest.mark.parametrize("questionnaire", [KICKOFF, EVERYTHING], ids=lambda q: q.id)
def test_form_asks_the_same_questions_as_mlready_for_random_answers(
    opened, questionnaire
):
    rng = Random(3)
    sheets = [kickoff_sheet(rng, questionnaire) for _ in range(1000)]

    assert same_for(opened(), [(questionnaire, sheets)]) == 1000


def test_form_asks_the_same_questions_as_mlready_for_random_conditions(opened):
    rng = Random(7)
    pairs = [
        (random_questionnaire(rng), [random_sheet(rng) for _ in range(20)])
        for _ in range(150)
    ]

    assert same_for(opened(), pairs) == 3000


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_form_fits_the_window_and_has_no_accessibility_violations(
    opened, request, width, scheme
):
    page = opened(
        sheet=SHEETS["open answers"],
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    )
    page.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true })")
    if keep := request.config.getoption("--screenshots"):
        name = f"form-{width}-{scheme}.png"
        page.screenshot(path=Path(keep, name), full_page=True)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page).response
    assert found["violations"] == []
    assert len(found["passes"]) > 20


def test_form_shows_the_questions_that_apply_to_the_chosen_facts(opened):
    page = opened()
    shown = "all => all.filter((item) => !item.hidden).map((item) => item.dataset.id)"
    question = page.locator('[data-id="CTX-02"] legend')
    before = page.locator("fieldset.question").evaluate_all(shown)
    assert "the model's own figures" in question.inner_text()

    choose(page, "fact-approach", "bought")
    choose(page, "fact-acts", "acts")

    after = page.locator("fieldset.question").evaluate_all(shown)
    sheet = empty_sheet(KICKOFF)._replace(
        profile={"approach": "bought", "acts": "acts"}
    )
    assert before == [
        q.id for q in applicable_to(KICKOFF, empty_sheet(KICKOFF)).questions
    ]
    assert after == [q.id for q in applicable_to(KICKOFF, sheet).questions]
    worded = next(
        q for q in applicable_to(KICKOFF, sheet).questions if q.id == "CTX-02"
    )
    assert worded.text in question.inner_text()
    assert "questions apply now" in page.locator("#status").inner_text()


def test_form_keeps_answers_in_the_browser_until_the_user_deletes_them(
    opened, tmp_path
):
    page = opened()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Your name").fill("Ana")
    choose(page, "CTX-01", "3")
    assert page.locator("#left").inner_text().startswith("1 of")

    page = opened(page)

    assert "Restored your answers" in page.locator("#status").inner_text()
    assert page.get_by_label("Your name").input_value() == "Ana"
    assert page.locator('[name="CTX-01"]:checked').get_attribute("value") == "3"

    page.get_by_role("button", name="Forget").click()
    assert page.evaluate("localStorage.length") == 0
    page = opened(page)
    assert page.locator(":checked[type=radio]").count() == 0
    assert page.get_by_label("Your name").input_value() == ""


def test_form_says_that_it_keeps_nothing_if_the_browser_cannot_store_answers(
    opened, tmp_path
):
    blocked = """Object.defineProperty(window, "localStorage", {
        get() { throw new DOMException("blocked", "SecurityError") }
    })"""
    page = opened(before=blocked)
    choose(page, "CTX-01", "3")

    assert "keeps nothing" in page.locator("#status").inner_text()
    assert "CTX-01: 3" in saved(page, tmp_path).read_text(encoding="utf-8")


def test_form_opens_a_saved_file_again(opened, tmp_path):
    sheet = by_ana(example("stilts"))
    path = tmp_path / "old.yaml"
    path.write_bytes(dump(sheet, KICKOFF).encode())
    page = opened()
    choose(page, "CTX-01", "4")
    replies = ["dismiss", "accept"]
    page.on("dialog", lambda dialog: getattr(dialog, replies.pop(0))())
    with page.expect_event("dialog"):  # asks first: answers would be lost
        page.locator("#file").set_input_files(path)
    assert page.locator('[name="CTX-01"]:checked').get_attribute("value") == "4"
    page.locator("#file").set_input_files(path)
    wait_for_status(page, "Opened")

    assert saved(page, tmp_path).read_bytes() == path.read_bytes()


MARCH = "2026-03-02"
ANSWERS = {
    "COL-00": Answer(level=3),
    "COL-04": Answer(level=3, by="Bo", date="2025-06-30"),
    "MOV-00": Answer(note="open"),
}
DATED = empty_sheet(KICKOFF)._replace(
    voice=Voice("Ana", date=MARCH),
    profile={"stakes": "live"},
    answers=ANSWERS,
)
GIVEN_IN_MARCH = ANSWERS | {"COL-00": Answer(level=3, date=MARCH)}


@pytest.mark.parametrize(
    ("press", "voice", "answers"),
    [
        pytest.param([], MARCH, ANSWERS, id="nothing"),
        pytest.param(["#COL-00-note"], MARCH,
            ANSWERS | {"COL-00": Answer(level=3, note="7")},
            id="a note on an answer"),
        pytest.param(["#background-promise"], MARCH, ANSWERS,
            id="a line of the background"),
        pytest.param(['[name="COL-04"][value="2"]'], TODAY,
            GIVEN_IN_MARCH | {"COL-04": Answer(level=2)}, id="another answer"),
        pytest.param(['[name="COL-04"][value="3"]'], TODAY,
            GIVEN_IN_MARCH | {"COL-04": Answer(level=3)}, id="the same answer"),
        pytest.param(['[name="COL-00"][value="3"]'], TODAY, ANSWERS,
            id="the same answer with the date of the interview"),
        pytest.param(['[data-id="COL-04"] .clear'], MARCH,
            {id_: ANSWERS[id_] for id_ in ("COL-00", "MOV-00")},
            id="an answer taken back"),
        pytest.param(["#available-analyst"], TODAY, GIVEN_IN_MARCH,
            id="a number of people"),
        pytest.param(['[name="fact-stakes"][value="live"]'], TODAY, GIVEN_IN_MARCH,
            id="the same fact"),
    ],
)  # fmt: skip
def test_form_dates_only_what_is_answered_after_a_file_was_opened(
    opened, tmp_path, press, voice, answers
):
    page = opened(sheet=DATED)
    for where in press:
        field = page.locator(where)
        if where.startswith("#"):
            field.evaluate("each => each.closest('details')?.setAttribute('open', '')")
            field.fill("7")
        else:
            field.click()

    sheet = answers_file.read(saved(page, tmp_path).read_bytes(), "a", KICKOFF)

    assert sheet.voice.date == voice
    assert sheet.answers == answers


def test_form_gives_no_date_to_older_answers_whose_date_is_unknown(opened, tmp_path):
    page = opened(sheet=DATED._replace(voice=Voice("Ana")))
    choose(page, "CTX-01", "2")

    sheet = answers_file.read(saved(page, tmp_path).read_bytes(), "a", KICKOFF)

    assert sheet.voice.date == ""
    assert sheet.answers == ANSWERS | {"CTX-01": Answer(level=2, date=TODAY)}


FILLED_IN = [
    ("  name:\n", "  name: Ana O'Hara-Müller\n"),
    ("  date:\n", "  date: 2026-11-22  # a Sunday\n"),
    ("  promise:\n", "  promise: In May, two shops (ours) get it; no. #3 waits\n"),
    ("  stakes:\n", "  stakes: live # again and again\n"),
    ("    analyst:\n", "    analyst: 0.5\n"),
    ("  COL-00:\n", '  COL-00: {level: 1, note: "{One}: # \\"in\\" May."} # so\n'),
    ("  COL-04:\n", "  COL-04:\n    level: 3\n    note: Seen by Bo, twice\n"),
]


@pytest.mark.parametrize("express", [False, True], ids=["full form", "short form"])
@pytest.mark.parametrize("filled_in", [False, True], ids=["empty", "filled in"])
def test_form_opens_a_blank_file_as_an_editor_leaves_it(opened, express, filled_in):
    text = blank_answers(KICKOFF, express=express)
    for before, after in FILLED_IN if filled_in else []:
        text = text.replace(before, after, 1)
    read = dump(answers_file.read(text.encode(), "a", KICKOFF), KICKOFF)

    assert opened().evaluate("text => dump(read(text))", text) == read


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("voice: {name: Ana}\nanswers: {COL-01: 3, COL-03: {na: x y}}\n",
            id="blocks in braces"),
        pytest.param("profile: {stakes: live, available: {analyst: 1}}\nanswers: {}\n",
            id="braces in braces"),
    ],
)  # fmt: skip
def test_form_opens_a_file_with_braces_as_in_the_documentation(opened, text):
    file = f"questionnaire: kickoff\nversion: 2\n{text}"
    read = dump(answers_file.read(file.encode(), "a", KICKOFF), KICKOFF)

    assert opened().evaluate("text => dump(read(text))", file) == read


def test_invalid_answer_to_a_question_no_longer_asked_does_not_prevent_saving(
    opened, tmp_path
):
    trained = next(
        each.id for each in KICKOFF.questions if each.when == {"approach": ("train",)}
    )
    page = opened()
    choose(page, trained, "na")  # without a reason
    choose(page, "fact-approach", "bought")
    path = saved(page, tmp_path)

    assert run("validate", path)[0] == 0
    assert trained not in path.read_text(encoding="utf-8")


def test_lone_surrogate_in_a_note_is_saved_as_a_replacement_character(opened, tmp_path):
    page = opened()
    note = 'document.getElementById("CTX-01-note")'
    page.evaluate(f"{note}.value = 'a\\ud800b \\ud83d\\udc4d'")
    page.evaluate(f"{note}.dispatchEvent(new Event('input', {{bubbles: true}}))")
    path = saved(page, tmp_path)

    sheet = answers_file.read(path.read_bytes(), path.name, KICKOFF)
    assert sheet.answers["CTX-01"].note == "a\ufffdb \U0001f44d"


GOOD = "questionnaire: kickoff\nversion: 2\nanswers:\n"
OLD = "questionnaire: kickoff\nversion: 1\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"\xff\xfe\x00", "not a text file", id="binary"),
        pytest.param(b"", "no answers to these questions", id="empty"),
        pytest.param(b"questionnaire: a\nversion: 1\n", "no answers",
            id="another questionnaire"),
        pytest.param(b"questionnaire: kickoff\nversion: 9\n", "version 9",
            id="newer version"),
        pytest.param(f"{GOOD}  COL-01: [1]\n", "line 4 is not",
            id="list instead of a level"),
        pytest.param(f"{GOOD}    COL-01: 1\n", "line 4 is not",
            id="indented too deeply"),
        pytest.param(f"{GOOD}  COL-01: &a 1\n", "line 4 is not", id="anchor"),
        pytest.param(f"{GOOD}  COL-01: 5\n", "line 4 gives COL-01",
            id="level that does not exist"),
        pytest.param(f"{GOOD}  XYZ-01: 1\n", "line 4 names XYZ-01",
            id="question that does not exist"),
        pytest.param(f"{GOOD}  COL-01: 1\n  COL-01: 2\n", "line 5 repeats",
            id="answer given twice"),
        pytest.param(f"{GOOD}  COL-01: {{level: 1, na: x}}\n", "line 4",
            id="both a level and not applicable"),
        pytest.param(f"{GOOD}profile:\n  stakes: huge\n", "line 5",
            id="choice that does not exist"),
        pytest.param(f"{GOOD}profile:\n  constructor: x\n", "line 5",
            id="fact named like a JavaScript property"),
        pytest.param(f"{OLD}answers: x\n", "line 3 is not",
            id="older version, answers are no mapping"),
        pytest.param(f"{GOOD}profile: x\n", "line 4 is not", id="facts are no mapping"),
        pytest.param(f"{OLD}profile:\n  available: 3\n", "line 4",
            id="older version, people are a number"),
        pytest.param(f"{GOOD}#{'x' * 2**20}", "larger than 1 MiB",
            id="file above the size limit"),
        pytest.param("<script>alert(1)</script>", "line 1 is not", id="HTML page"),
    ],
)  # fmt: skip
def test_form_refuses_an_unreadable_file_and_keeps_the_answers_given_so_far(
    opened, tmp_path, content, reason
):
    path = tmp_path / "a.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    page = opened()
    choose(page, "CTX-01", "3")
    page.locator("#file").set_input_files(path)
    wait_for_status(page, "Not opened")

    assert reason in page.locator("#status").inner_text()
    assert page.locator('[name="CTX-01"]:checked').get_attribute("value") == "3"


@pytest.mark.parametrize(
    ("fill", "message"),
    [
        pytest.param(
            ("#available-ml", "two"),
            "A number such as 0.5",
            id="number of people in words",
        ),
        pytest.param(
            ("#fact-headcount", "1.5"), "A whole number", id="fractional headcount"
        ),
        pytest.param(
            ("#CTX-01-na", " \u200b "),
            "why it does not apply",
            id="reason of invisible characters",
        ),
        pytest.param(
            ("#role-other", "Data-Enginer"), "in the list", id="misspelt role"
        ),
    ],
)
def test_form_is_not_saved_until_an_invalid_field_is_corrected(
    opened, tmp_path, fill, message
):
    page = opened()
    choose(page, "CTX-01", "na")
    page.locator("#CTX-01-na").fill("all of it")
    page.get_by_label("What you do here").select_option("-other")
    where, text = fill
    page.locator(where).fill(text)
    page.get_by_role("button", name="Save", exact=True).click()

    assert "1 to correct" in page.locator("#status").inner_text()
    assert message in page.locator(".item.mend .wrong").inner_text()
    assert page.evaluate("document.activeElement.id") == where[1:]
    page.locator(where).fill("")
    if "na" in where[-3:]:
        choose(page, "CTX-01", "unknown")
    assert run("validate", saved(page, tmp_path))[0] == 0


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        pytest.param("x" * 600, False, id="longest line"),
        pytest.param("x" * 601, True, id="line too long"),
        pytest.param("tab\there", True, id="control character"),
        pytest.param(" \u200b ", False, id="invisible, so left out"),
    ],
)
def test_form_saves_only_background_lines_that_an_answers_file_may_contain(
    opened, tmp_path, text, is_refused
):
    page = opened()
    page.locator("#background-promise").fill(text)
    page.get_by_role("button", name="Save", exact=True).click()
    wrong = page.locator('[data-block="background"] .wrong').all_inner_texts()
    asked = "One line of at most 600 characters, please."
    assert (asked in wrong) is is_refused


@pytest.mark.parametrize(
    "text",
    [
        'background:\n  promis: "x"\n',
        'background:\n  promise: "a\\nb"\n',
        'steps:\n  COL-01: {due: "2026-02-30"}\n',
        'steps:\n  COL-01: {ownr: "Ana"}\n',
        'steps:\n  vendor: {owner: "Ana"}\n',
        'steps:\n  hires-nobody: {owner: "Ana"}\n',
        'interview: {start: "nine"}\n',
        'interview: {start: "2026-02-30 09:00"}\n',
        "voice: {date: 2026-11-31}\n",
    ],
)
def test_form_refuses_background_lines_and_plan_steps_that_mlready_refuses(
    opened, text
):
    file = f"{dump(empty_sheet(KICKOFF), KICKOFF)}{text}"
    with pytest.raises(DocumentError):
        answers_file.read(file.encode(), "a.yaml", KICKOFF)
    script = """text => {
        try { read(text); return "" } catch (error) { return error.constructor.name }
    }"""
    assert opened().evaluate(script, file) == "Refused"


def test_form_can_be_filled_in_and_saved_with_the_keyboard_alone(opened, tmp_path):
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to the questions
    page.keyboard.press("Tab")
    page.keyboard.type("Bo")
    page.keyboard.press("Tab")
    page.keyboard.type("data")  # chooses the data engineer
    focus = "document.activeElement.name || document.activeElement.id"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(focus)
        reached.add(name)
        if (
            name.startswith("fact-")
            and page.evaluate("document.activeElement.type") == "radio"
        ):
            page.keyboard.press("ArrowDown")  # the second choice
        if name == "CTX-01":
            page.keyboard.press("Space")
            break
    assert {"voice-present", "project-name", "fact-stakes", "available-ml"} <= reached
    for _ in range(1000):
        page.keyboard.press("Tab")
        if page.evaluate(focus) == "save":
            break
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    path = tmp_path / "a.yaml"
    download.value.save_as(path)

    sheet = answers_file.read(path.read_bytes(), path.name, KICKOFF)
    assert sheet.voice == Voice("Bo", "data_engineer", date=TODAY)
    assert sheet.profile["stakes"] == "live"
    assert sheet.answers == {"CTX-01": Answer(level=0)}


def test_next_button_goes_to_each_open_item_and_the_toolbar_covers_no_item(opened):
    page = opened(viewport={"width": PHONE, "height": 640})
    covered = """() => {
        const bar = document.querySelector(".bar").getBoundingClientRect();
        return document.activeElement.getBoundingClientRect().bottom > bar.top;
    }"""
    seen = []
    for _ in range(5):
        page.get_by_role("button", name="Next open one").click()
        seen.append(page.evaluate("document.activeElement.closest('.item').dataset.id"))
        assert not page.evaluate(covered)
        if page.evaluate("document.activeElement.type") == "radio":
            page.keyboard.press("Space")
        else:
            page.keyboard.type("3")

    assert seen == [fact.id for fact in KICKOFF.profile][:5]


def test_form_marks_drafted_answers_as_a_draft_until_they_are_confirmed(
    opened, tmp_path
):
    confirmed = ANSWERS | {"COL-04": Answer(level=3, by="Bo")}
    sheet = DATED._replace(
        voice=Voice("Ana", "data_engineer", date=TODAY), answers=confirmed
    )
    drafted = DATED._replace(
        voice=Voice("Ana", "data_engineer", date=MARCH, drafted="a machine"),
    )
    page = opened(sheet=drafted)
    assert "a machine" in page.locator("#drafted").inner_text()
    assert saved(page, tmp_path).read_bytes() == dump(drafted, KICKOFF).encode()

    page.get_by_role("button", name="I have checked them all").click()

    assert saved(page, tmp_path).read_bytes() == dump(sheet, KICKOFF).encode()
    assert page.locator("#drafted").is_hidden()


def test_printed_form_shows_texts_in_full_and_no_buttons(opened):
    answers = {
        "CTX-01": Answer(level=2, note="\n".join(f"line {n}" for n in range(30)))
    }
    page = opened(sheet=empty_sheet(KICKOFF)._replace(answers=answers))
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    note = page.locator("#CTX-01-note")

    assert note.evaluate("area => area.clientHeight >= area.scrollHeight")
    assert page.locator("button:visible, .bar:visible").count() == 0


def test_form_without_scripts_shows_every_question_once(opened):
    page = opened(java_script_enabled=False)

    assert page.locator("fieldset.question:visible").count() == len(
        [*KICKOFF.questions]
    )
    assert (
        "good demonstration or many users"
        not in page.locator('[data-id="CTX-02"]').inner_text()
    )
    assert page.locator("noscript").inner_text() or json.dumps("")
    assert re.search("Scripts are off", page.locator("header").inner_text())


def test_form_for_a_question_list_can_be_filled_in_and_saved_and_reopened(
    opened, tmp_path
):
    said = example("ready")
    asked = ask_sheet(KICKOFF, said, "analyst")
    assert asked is not None
    questions = [id_ for id_ in asked.asked if id_ in said.answers]
    page = opened(sheet=asked)
    assert page.get_by_label("What you do here").input_value() == "analyst"
    assert page.locator("#project").is_hidden()
    page.get_by_label("Your name").fill("Cem")
    for id_ in questions:
        choose(page, id_, "2")
    for fact in (id_ for id_ in asked.asked if id_ in said.profile):
        choose(page, f"fact-{fact}", said.profile[fact])
    assert page.locator("#left").inner_text().startswith("All ")

    path = saved(page, tmp_path)

    first = tmp_path / "first.yaml"
    first.write_bytes(dump(by_ana(said), KICKOFF).encode())
    sheet = answers_file.read(path.read_bytes(), path.name, KICKOFF)
    assert sheet.asked == asked.asked
    assert sheet.voice == Voice("Cem", "analyst", date=TODAY)
    assert sheet.answers == dict.fromkeys(questions, Answer(level=2))
    assert run("report", first, path)[0] == 0
    page = opened(page, sheet=empty_sheet(KICKOFF))
    page.locator("#file").set_input_files(path)
    wait_for_status(page, "Opened")
    assert page.locator(".counted .item:visible").count() == len(asked.asked)
    assert saved(page, tmp_path).read_bytes() == dump(sheet, KICKOFF).encode()


def test_form_refuses_a_file_that_answers_more_than_the_form_asks(opened, tmp_path):
    path = tmp_path / "full.yaml"
    path.write_bytes(dump(example("ready"), KICKOFF).encode())
    asked = ask_sheet(KICKOFF, example("ready"), "analyst")
    for sheet in (empty_sheet(KICKOFF, EXPRESS), asked):
        page = opened(sheet=sheet)
        page.locator("#file").set_input_files(path)
        wait_for_status(page, "Not opened")
        assert "more than this page asks" in page.locator("#status").inner_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--of", "ml"], "name the answers", id="no answers"),
        pytest.param(["a.yaml"], "say whom to ask", id="no role"),
        pytest.param(["a.yaml", "--of", "anlyst"], "did you mean", id="misspelt role"),
        pytest.param(
            ["a.yaml", "--of", "ml", "--express"], "say which form", id="express"
        ),
    ],
)
def test_form_command_says_why_it_refuses_arguments(arguments, message):
    code, out, said = run("form", *arguments)

    assert (code, out) == (2, "")
    assert message in said


def wait_for_status(page: Page, start: str) -> None:
    page.wait_for_function(
        "start => document.getElementById('status').textContent.startsWith(start)",
        arg=start,
    )
