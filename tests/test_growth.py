"""The campaign that measures how run times grow with the size of the input."""

import pytest

from mlready.storage import strict_yaml
from mlready.storage.questionnaire_checks import questionnaire_problems
from tests.faults import growth
from tests.faults.growth import Run


@pytest.mark.parametrize(
    ("runs", "problem"),
    [
        pytest.param({100: Run(0.9, 0, "")}, "", id="fast"),
        pytest.param({100: Run(9, 0, ""), 10: Run(0.9, 0, "")}, "", id="linear"),
        pytest.param(
            {100: Run(9, 0, ""), 10: Run(0.09, 0, "")},
            "ten times the size costs 45 times the time",
            id="quadratic, small size too fast to measure",
        ),
        pytest.param(
            {100: Run(19, 0, ""), 10: Run(8, 0, ""), 1: Run(0.2, 0, "")},
            "ten times the size costs 40 times the time",
            id="quadratic at small sizes",
        ),
        pytest.param(
            {100: Run(35, 0, ""), 10: Run(3.5, 0, "")},
            "size 100 takes 35.0 s",
            id="too slow",
        ),
        pytest.param(
            {100: Run(0, 70, "mlready: this is a bug\n")},
            "size 100 exits with 70: mlready: this is a bug",
            id="exit code 70",
        ),
        pytest.param(
            {100: Run(0, -9, "")}, "size 100 exits with -9: ", id="killed by a signal"
        ),
    ],
)
def test_campaign_on_growing_inputs_reports_failed_or_slow_runs_and_quadratic_run_times(
    runs, problem
):
    assert list(growth.complaints(runs, growth.REPORT)) == [problem] * bool(problem)


def test_campaign_on_growing_inputs_gives_a_slower_machine_more_time():
    runs = {100: Run(35, 0, ""), 10: Run(3.5, 0, "")}

    assert not list(growth.complaints(runs, 2 * growth.REPORT))


@pytest.mark.parametrize("kind", growth.kinds(), ids=lambda kind: kind.name)
def test_input_generated_for_size_10_has_up_to_12_times_the_bytes_of_size_1(
    kind,
):
    small, large = (
        sum(len(text.encode()) for text in kind.make(size).values())
        for size in growth.SIZES[:2]
    )

    assert small < large < 12 * small


def test_quick_campaign_on_growing_inputs_uses_only_inputs_of_the_full_campaign():
    names = {kind.name for kind in growth.kinds()}

    assert set(growth.QUICK) <= names


def test_campaign_on_growing_inputs_fails_if_no_input_has_the_given_name(monkeypatch):
    monkeypatch.setattr(growth, "started", lambda folder: 0.0)

    assert growth.main(["no such kind"]) == 1


@pytest.mark.parametrize("size", growth.SIZES)
def test_generated_questionnaire_of_many_questions_is_valid(size):
    kind = next(k for k in growth.kinds() if k.name == "questionnaire: questions")
    text = kind.make(size)["q.yaml"].encode()

    assert not questionnaire_problems(strict_yaml.read(text, "q.yaml"))
