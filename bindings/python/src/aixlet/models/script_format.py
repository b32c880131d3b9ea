"""The format of scripts for the scripted model: docs/scripts.md."""

from __future__ import annotations

import math
import re
from typing import Any, Callable

from ..protocol.types import FailureKind, FinishReason, Problem, Severity

Path = tuple[Any, ...]
Report = Callable[[Path, str, str], None]

USAGE_KEYS = ("input", "output", "cached_read", "cached_write", "reasoning")
TEMPLATE = re.compile(r"\$\$|\$\{([^}]*)\}")
TEMPLATE_NAMES = ("input", "result", "agent", "model", "turn")
_KINDS = tuple(str(kind) for kind in FailureKind if kind != FailureKind.UNAVAILABLE)
_FINISHES = tuple(str(each) for each in FinishReason)


def check_script(value: Any, report: Report) -> list[Any]:
    """The rules of a script, everything wrong with it reported."""
    path: Path = () if isinstance(value, list) else ("rules",)
    rules = value if isinstance(value, list) else (_map(value, (), ("rules",), report) or {}).get("rules")
    if not isinstance(rules, list):
        if isinstance(value, dict):
            report(path, "bad-type", "a script is a list of rules")
        return []
    for number, rule in enumerate(rules):
        _check_rule(rule, (*path, number), report)
    return rules


def _check_rule(value: Any, path: Path, report: Report) -> None:
    rule = _map(value, path, ("when", "give", "times"), report)
    if rule is None:
        return
    if rule.get("when") is not None:
        _check_condition(rule["when"], (*path, "when"), report)
    if rule.get("times") is not None and not _is_count(rule["times"]):
        report((*path, "times"), "bad-value", "a whole number from 1")
    give = rule.get("give")
    if give is None:
        report(path, "missing-key", "a rule needs `give`")
    elif not isinstance(give, list):
        _check_answer(give, (*path, "give"), report)
    elif not give:
        report((*path, "give"), "bad-value", "a list of answers has one at least")
    else:
        for number, answer in enumerate(give):
            _check_answer(answer, (*path, "give", number), report)


def _check_condition(value: Any, path: Path, report: Report) -> None:
    condition = _map(value, path, ("agent", "model", "turn", "system", "text", "tool", "result"), report)
    if condition is None:
        return
    for key in ("agent", "model", "tool", "system", "text", "result"):
        for pattern in list_of(condition.get(key)):
            _check_pattern(pattern, (*path, key), report)
    for turn in list_of(condition.get("turn")):
        if not _is_count(turn):
            report((*path, "turn"), "bad-value", "a whole number from 1")


def _check_pattern(value: Any, path: Path, report: Report) -> None:
    if not isinstance(value, str):
        return report(path, "bad-type", "a text, or /a regular expression/")
    try:
        to_pattern(value)
    except re.error as error:
        report(path, "bad-value", str(error))


def _check_answer(value: Any, path: Path, report: Report) -> None:
    if isinstance(value, str):
        return _check_templates(value, path, report)
    answer = _map(value, path, ("text", "reasoning", "calls", "json", "delay", "fail", "usage", "finish"), report)
    if answer is None:
        return
    for key in ("text", "reasoning"):
        if answer.get(key) is not None and not isinstance(answer[key], str):
            report((*path, key), "bad-type", "a text")
    if "text" in answer and "json" in answer:
        report(path, "conflict", "`text` and `json` both say what the text is")
    if answer.get("calls") is not None:
        _check_calls(answer["calls"], (*path, "calls"), report)
    if answer.get("delay") is not None:
        _check_duration(answer["delay"], (*path, "delay"), report)
    if answer.get("fail") is not None:
        _check_failure(answer["fail"], (*path, "fail"), report)
    if answer.get("usage") is not None:
        usage = _map(answer["usage"], (*path, "usage"), USAGE_KEYS, report) or {}
        for key, count in usage.items():
            if count != 0 and not _is_count(count):
                report((*path, "usage", key), "bad-value", "a whole number")
    if answer.get("finish") is not None and answer["finish"] not in _FINISHES:
        report((*path, "finish"), "bad-value", f"one of {', '.join(_FINISHES)}")
    _check_templates(answer, path, report)


def _check_calls(value: Any, path: Path, report: Report) -> None:
    if not isinstance(value, list):
        return report(path, "bad-type", "a list of calls")
    for number, one in enumerate(value):
        call = _map(one, (*path, number), ("tool", "arguments", "id"), report)
        if call is None:
            continue
        if not isinstance(call.get("tool"), str) or call["tool"] == "":
            report((*path, number, "tool"), "missing-key", "a call needs the name of a `tool`")
        if call.get("id") is not None and not isinstance(call["id"], str):
            report((*path, number, "id"), "bad-type", "a text")


def _check_failure(value: Any, path: Path, report: Report) -> None:
    if isinstance(value, str):
        return _check_kind(value, path, report)
    failure = _map(value, path, ("kind", "status", "retry_after", "message"), report)
    if failure is None:
        return
    if failure.get("kind") is not None:
        _check_kind(failure["kind"], (*path, "kind"), report)
    status = failure.get("status")
    if status is not None and not (_is_count(status) and 300 <= status <= 599):
        report((*path, "status"), "bad-value", "an HTTP status from 300 to 599")
    if failure.get("kind") is None and status is None:
        report(path, "missing-key", "a failure needs `kind` or `status`")
    if failure.get("retry_after") is not None:
        _check_duration(failure["retry_after"], (*path, "retry_after"), report)
    if failure.get("message") is not None and not isinstance(failure["message"], str):
        report((*path, "message"), "bad-type", "a text")


def _check_kind(value: Any, path: Path, report: Report) -> None:
    if to_failure_kind(value) is None:
        report(path, "bad-value", f"one of {', '.join(_KINDS)}")


def _check_duration(value: Any, path: Path, report: Report) -> None:
    if to_milliseconds(value) is None:
        report(path, "bad-value", "milliseconds, or a number with a unit: 250ms, 1.5s, 2m")


def _check_templates(value: Any, path: Path, report: Report) -> None:
    if isinstance(value, str):
        for match in TEMPLATE.finditer(value):
            name = match[1]
            if name is None or re.fullmatch(r"\d", name) or name in TEMPLATE_NAMES:
                continue
            there = f"there are {', '.join(TEMPLATE_NAMES)}, 1 to 9, and $$ for a dollar sign"
            report(path, "unknown-variable", f"{match[0]} stands for nothing; {there}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _check_templates(one, (*path, number), report)
    elif isinstance(value, dict):
        for key, one in value.items():
            _check_templates(one, (*path, key), report)


def to_pattern(text: str) -> re.Pattern[str] | None:
    """`/x/i` as a regular expression; else None. Raises re.error."""
    match = re.fullmatch(r"/(.+)/([imsu]*)", text, re.DOTALL)
    if match is None:
        return None
    flags = re.ASCII if "u" not in match[2] else re.NOFLAG
    for letter, flag in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL)):
        if letter in match[2]:
            flags |= flag
    return re.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", match[1]), flags)


def to_failure_kind(value: Any) -> FailureKind | None:
    """`rate-limit`, also spelt `rate_limit`."""
    name = value.replace("_", "-") if isinstance(value, str) else ""
    return FailureKind(name) if name in _KINDS else None


def to_milliseconds(value: Any) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value if 0 <= value < 2**31 else None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)", value) if isinstance(value, str) else None
    if match is None:
        return None
    return to_milliseconds(math.floor(float(match[1]) * {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}[match[2]] + 0.5))


def list_of(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def script_problem(file: str, path: Path, code: str, message: str, line: int = 0, column: int = 0) -> Problem:
    where = "".join(f"[{step}]" if isinstance(step, int) else step if number == 0 else f".{step}" for number, step in enumerate(path))
    return Problem(Severity.ERROR, code, file, line, column, where, message, "")


def _map(value: Any, path: Path, keys: tuple[str, ...], report: Report) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        report(path, "bad-type", f"a map with {', '.join(keys)}")
        return None
    for key in value:
        if key not in keys:
            report((*path, key), "unknown-key", f"unknown key; there are {', '.join(keys)}")
    return value


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 2**53 - 1
