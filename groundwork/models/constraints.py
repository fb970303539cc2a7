"""Answers of a given form: one of some choices, or JSON that fits a schema; and how likely each choice was."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from groundwork.models.chat_errors import BadResponse, BudgetExceeded
from groundwork.models.wire import Token


def choice_grammar(choices: Sequence[str]) -> str:
    """Return the GBNF grammar of exactly these texts: ["yes", "no"] -> 'root ::= "yes" | "no"'."""
    if not choices or len(set(choices)) < len(choices) or not all(choices):
        raise ValueError(f"choices must be different texts, none of them empty, but are {list(choices)!r}.")
    return "root ::= " + " | ".join(json.dumps(choice, ensure_ascii=False) for choice in choices)


def choice_schema(choices: Sequence[str]) -> dict[str, Any]:
    """Return the JSON schema of an object whose `choice` is one of these texts, for endpoints without grammars."""
    one_of = {"type": "string", "enum": list(choices)}
    return {"type": "object", "properties": {"choice": one_of}, "required": ["choice"], "additionalProperties": False}


def checked(text: str, finish: str, schema: Mapping[str, Any] | None, choices: Sequence[str] | None) -> str:
    """Return the answer, a choice taken out of its JSON. Raises BudgetExceeded if cut, BadResponse if it doesn't fit.

    >>> checked('{"choice": "yes"}', "stop", None, ["yes", "no"])
    'yes'
    """
    if schema is None and (choices is None or text in choices):
        return text
    wanted = schema if schema is not None else choice_schema(choices or [])
    try:
        value = json.loads(text)
    except ValueError:
        if finish == "length":
            raise BudgetExceeded("max_tokens ended the answer before it was whole: grant more.", partial=text) from None
        raise BadResponse(f"The answer is not JSON as the schema asks: {text[:80]!r}.") from None
    if problem := mismatch(value, wanted):
        raise BadResponse(f"The answer does not fit the schema: {problem}.")
    return text if schema is not None else str(value["choice"])


_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
    "boolean": (bool,), "null": (type(None),),
}  # fmt: skip


def mismatch(value: Any, schema: Mapping[str, Any], where: str = "the answer") -> str:
    """Say where a value breaks a schema's type, enum, const, required, properties or items; "" if it does not.

    Only these: the jsonschema package takes two seconds to import where JupyterLab is installed.
    """
    kinds = schema.get("type", list(_TYPES))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    allowed = tuple(kind for name in kinds for kind in _TYPES.get(name, ()))
    if not isinstance(value, allowed) or (isinstance(value, bool) and "boolean" not in kinds):
        return f"{where} is {type(value).__name__}, not {' or '.join(kinds)}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} is {value!r}, not one of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        return f"{where} is {value!r}, not {schema['const']!r}"
    if isinstance(value, dict):
        return _object_mismatch(value, schema, where)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        found = (mismatch(item, schema["items"], f"{where}[{i}]") for i, item in enumerate(value))
        return next(filter(None, found), "")
    return ""


def _object_mismatch(value: dict[str, Any], schema: Mapping[str, Any], where: str) -> str:
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            return f"{where} lacks {name!r}"
    for name, item in value.items():
        if name in properties:
            if problem := mismatch(item, properties[name], f"{where}.{name}"):
                return problem
        elif schema.get("additionalProperties") is False:
            return f"{where} has {name!r} too many"
    return ""


def choice_masses(first: Token, choices: Sequence[str]) -> dict[str, float]:
    """Return choice -> probability that the first token of an answer begins it, whatever its case and leading space.

    The log-probabilities are the model's own, before a grammar. Raises ValueError where tokens begin several choices.

    >>> choice_masses(Token("yes", math.log(0.25), {"Yes": math.log(0.5), "The": math.log(0.1)}), ["yes", "no"])
    {'yes': 0.75, 'no': 0.0}
    """
    masses = dict.fromkeys(choices, 0.0)
    shared = 0.0
    for token, logprob in {first.token: first.logprob, **first.top}.items():
        begins = token.strip().casefold()
        starts = [choice for choice in choices if begins and choice.strip().casefold().startswith(begins)]
        same = [choice for choice in starts if choice.strip().casefold() == begins]
        matching = same or starts
        if len(matching) == 1:
            masses[matching[0]] += math.exp(logprob)
        elif matching:
            shared += math.exp(logprob)
    if shared > sum(masses.values()):
        raise ValueError(f"The choices {list(choices)!r} begin with the same token: let their first words differ.")
    return masses
