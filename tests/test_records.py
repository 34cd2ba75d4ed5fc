"""Records behave as those of ``typing.NamedTuple``."""

import copy
import inspect
import pickle
import typing
from types import new_class
from typing import Any

import pytest

from mlready import records

FIELDS = [f"field_{number}" for number in range(14)]


class Point(records.NamedTuple):
    """Two numbers, and a name."""

    x: int
    y: int = 2
    name: str = ""

    @property
    def total(self):
        return self.x + self.y


# Without types, so that tests can do what mypy would refuse.
MADE: Any = Point


class StandardPoint(typing.NamedTuple):
    """Two numbers, and a name."""

    x: int
    y: int = 2
    name: str = ""


def test_record_has_the_fields_defaults_and_methods_of_a_named_tuple():
    point = Point(1, name="a")

    assert point == (1, 2, "a") == Point._make([1, 2, "a"])
    assert (point.x, point.y, point.name, point.total) == (1, 2, "a", 3)
    assert point._replace(y=5) == Point(1, 5, "a")
    assert point._asdict() == {"x": 1, "y": 2, "name": "a"}
    assert repr(point) == "Point(x=1, y=2, name='a')"
    assert isinstance(point._replace(x=0), Point)
    assert hash(point) == hash((1, 2, "a"))


@pytest.mark.parametrize(
    "attribute", ["_fields", "_field_defaults", "__match_args__", "__doc__"]
)
def test_class_of_records_has_the_attributes_of_a_named_tuple(attribute):
    assert getattr(Point, attribute) == getattr(StandardPoint, attribute)


def test_constructor_names_its_parameters_as_the_fields():
    ours, standard = inspect.signature(Point), inspect.signature(StandardPoint)

    assert list(ours.parameters) == list(standard.parameters)
    assert typing.get_type_hints(Point) == typing.get_type_hints(StandardPoint)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda: MADE(*[]), id="a field is missing"),
        pytest.param(lambda: MADE(1, 2, "", 4), id="too many values"),
        pytest.param(lambda: MADE(1, z=2), id="unknown field"),
        pytest.param(lambda: Point._make([]), id="made of too few values"),
    ],
)
def test_values_that_do_not_match_the_fields_are_an_error(wrong):
    with pytest.raises(TypeError):
        wrong()


def test_replacing_an_unknown_field_is_an_error():
    with pytest.raises((TypeError, ValueError), match="unexpected field names"):
        MADE(1)._replace(z=2)


def test_records_cannot_be_changed():
    with pytest.raises(AttributeError):
        MADE(1).x = 2
    with pytest.raises(AttributeError):
        MADE(1).z = 2


def test_records_can_be_copied_and_pickled():
    assert copy.deepcopy(Point(1)) == Point(1)
    assert type(pickle.loads(pickle.dumps(Point(1)))) is Point


@pytest.mark.parametrize("number", range(len(FIELDS)))
def test_records_may_have_any_number_of_fields(number):
    fields = FIELDS[:number]
    made: Any = new_class(
        "Many",
        (records.NamedTuple,),
        exec_body=lambda body: body.update(
            __annotations__=dict.fromkeys(fields, int), __module__=__name__
        ),
    )

    record = made(**{name: index for index, name in enumerate(fields)})

    assert record == tuple(range(number))
    assert [getattr(record, name) for name in fields] == list(range(number))
