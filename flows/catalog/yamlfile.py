"""YAML files of the catalogue: parsed with line numbers, validated by pydantic models.

``load_yaml_models(path, Model)`` gives the models of one file: one if the file is a mapping, one
an entry if it is a list. ``YamlFile`` is for the checks that need more than one file: it keeps
the line of every value, so that ``document.error(place, …)`` can name it later. A place is the
path of keys and positions from the top of the file: ``("releases", 3, "ref_area")``.

Every error is a ``CatalogError`` whose ``where`` is ``file:line: field``. Plain YAML only: no
duplicate keys, no merge keys, one document a file. Dates are left as text for the model to read.
Data with codes must quote them (``"330326"``): a bare code is a number, and the error says so.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from flows.model.errors import CatalogError

Place = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

_TAG = "tag:yaml.org,2002:"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that ``name`` was most likely meant to be, if any is close."""
    cutoff = 0.5 if len(name) <= 3 else 0.6  # Chinese names are short: 亿圆 is half of 亿元
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return close[0] if close else None


def meant(name: str, known: Iterable[str]) -> str | None:
    """A remedy for an unknown name: the nearest known one, or None."""
    close = nearest(name, known)
    return f"did you mean {close!r}?" if close else None


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One YAML file as plain data, with the line (from 1) of each place in it."""

    path: Path
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def error(self, place: Place, what: str, remedy: str | None = None) -> CatalogError:
        field = ".".join(str(part) for part in place)
        where = f"{self.path}:{self.line(place)}" + (f": {field}" if field else "")
        return CatalogError(what, where=where, remedy=remedy)

    def entries(self) -> range:
        """The positions of the entries of a file that is a list."""
        if not isinstance(self.data, list):
            raise self.error((), "a list of entries is wanted", "begin each entry with '- '")
        return range(len(self.data))

    def validate(self, model: type[Model], place: Place = ()) -> Model:
        """What stands at ``place`` as a model; its first fault as a CatalogError."""
        data = self.data
        for part in place:
            data = data[part]
        try:
            return model.model_validate(data)
        except ValidationError as error:
            faults = error.errors(include_url=False)
            # A misspelt field is the cause, the missing one beside it only the consequence.
            faults.sort(key=lambda fault: fault["type"] != "extra_forbidden")
            raise self._fault(faults[0], model, place) from error

    def _fault(self, fault: ErrorDetails, model: type[BaseModel], place: Place) -> CatalogError:
        at = place + tuple(fault["loc"])
        what, remedy, given = fault["msg"], None, fault.get("input")
        if fault["type"] == "extra_forbidden":
            what = f"unknown field {at[-1]!r}"
            known = _field_names(model, tuple(fault["loc"])[:-1])
            remedy = meant(str(at[-1]), known) or f"the fields are {', '.join(known)}"
        elif fault["type"] == "missing":
            what = f"the field {at[-1]!r} is missing"
        elif fault["type"] == "string_type" and isinstance(given, int | float):
            what, remedy = f"{given!r} is a number, text is wanted", "put it in quotes"
        elif fault["type"] in ("model_type", "model_attributes_type"):
            what = f"fields with values are wanted, not {given!r}"
        elif fault["type"] in ("enum", "literal_error"):
            what = f"{given!r} is not one of {fault.get('ctx', {}).get('expected')}"
            allowed = str(fault.get("ctx", {}).get("expected")).replace("'", "").split(" or ")
            remedy = meant(str(given), [word for part in allowed for word in part.split(", ")])
        elif given is not None and not isinstance(given, dict | list):
            what = f"{what}, not {given!r}"
        return self.error(at, what, remedy)


def read_yaml(path: Path) -> YamlFile:
    """A YAML file with its line numbers; CatalogError where it cannot be parsed."""
    try:
        node = YAML(typ="safe").compose(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = error.problem or error.context or "not YAML"
        raise CatalogError(f"not valid YAML: {problem}", where=f"{path}:{line}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise CatalogError(f"not valid YAML: {error}", where=f"{path}:1") from error
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror}", where=str(path)) from error
    lines: dict[Place, int] = {}
    document = YamlFile(path, None if node is None else _plain(node, (), lines, path), lines)
    if document.data is None:
        raise document.error((), "the file is empty")
    return document


def load_yaml_models(path: Path, model: type[Model]) -> list[Model]:
    """The models of one file: of the mapping it is, or of each entry of the list it is."""
    document = read_yaml(path)
    if isinstance(document.data, list):
        return [document.validate(model, (number,)) for number in document.entries()]
    return [document.validate(model)]


def _plain(node: Node, place: Place, lines: dict[Place, int], path: Path) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if isinstance(node, MappingNode):
        mapping: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            at = (*place, name)
            if key.tag != _TAG + "str" or name in mapping:
                what = "is given twice" if name in mapping else "is not a plain text key"
                where = f"{path}:{key.start_mark.line + 1}: {'.'.join(map(str, at))}"
                raise CatalogError(f"the key {name!r} {what}", where=where)
            lines[at] = key.start_mark.line + 1
            mapping[name] = _plain(value, at, lines, path)
        return mapping
    if isinstance(node, SequenceNode):
        return [_plain(entry, (*place, i), lines, path) for i, entry in enumerate(node.value)]
    return _scalar(str(node.tag), node.value)


def _scalar(tag: str, text: str) -> Any:
    match tag.removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text.replace("_", ""), 10) if text.lstrip("+-").isdigit() else int(text, 0)
        case "float":
            return float(text.replace("_", ""))
        case _:
            return text


def _field_names(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The fields a mapping at ``loc`` inside ``model`` may have; the top ones where unsure."""
    current = model
    for part in loc:
        if isinstance(part, int):
            continue
        field = current.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            break
        current = inner
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
