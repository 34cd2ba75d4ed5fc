"""Immutable records like ``typing.NamedTuple``, whose classes are quicker to create.

``typing.NamedTuple`` compiles a constructor for each class, and checks the type of each
field; for the records that ``report`` imports, that took a twentieth of its time. Here
one constructor is compiled for all classes with the same number of fields.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or sys.version_info >= (3, 14):
    # Since 3.14 a class body has no annotations, only a function that computes them.
    from typing import NamedTuple
else:
    from _collections import _tuplegetter
    from collections.abc import Iterable
    from functools import cache
    from types import CodeType, FunctionType

    _new = tuple.__new__

    @cache
    def _constructor(number: int) -> CodeType:
        """Return the code of a constructor of records with this number of fields."""
        names = "".join(f", _{each}" for each in range(number))
        text = f"lambda _cls{names}: _new(_cls, ({names[2:]}{',' * bool(number)}))"
        return compile(text, __file__, "eval").co_consts[0]

    class _RecordType(type):
        """Creates a class of records from a class body with annotated fields."""

        def __new__(
            cls, name: str, bases: tuple[type, ...], body: dict[str, Any]
        ) -> type:
            if bases == (tuple,):
                return super().__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            code = _constructor(len(fields)).replace(
                co_varnames=("_cls", *fields), co_name="__new__"
            )
            special = {
                "__new__": FunctionType(
                    code, globals(), "__new__", tuple(defaults.values())
                ),
                "__match_args__": fields,
                "__slots__": (),
                "_fields": fields,
                "_field_defaults": defaults,
            }
            getters = {
                field: _tuplegetter(index, f"Alias for field number {index}")
                for index, field in enumerate(fields)
            }
            return super().__new__(cls, name, bases, body | special | getters)

    class NamedTuple(tuple, metaclass=_RecordType):
        """A record; a class that inherits from it names its fields in annotations."""

        __slots__ = ()

        @classmethod
        def _make(cls, values: Iterable[Any]) -> "NamedTuple":
            return cls(*values)

        def _replace(self, /, **changes: Any) -> "NamedTuple":
            made = _new(self.__class__, map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            fields = zip(self._fields, self, strict=True)
            shown = ", ".join(f"{name}={value!r}" for name, value in fields)
            return f"{self.__class__.__name__}({shown})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)


__all__ = ["NamedTuple"]
