"""Every model, played by a script: no key, no network, the same every time."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Awaitable, Callable
from weakref import WeakKeyDictionary

import yaml

from ..errors import ScriptRefused
from ..protocol.types import FailureKind, FinishReason, PartKind, Problem, Usage
from .conversation import Conversation, to_json
from .failure import ModelFailure
from .script_format import TEMPLATE, TEMPLATE_NAMES, check_script, list_of, script_problem, to_failure_kind, to_milliseconds, to_pattern
from .stand_in import assistant, estimate_usage
from .types import ModelAnswer, ModelCall, ModelSettings

Sleep = Callable[[float], Awaitable[object]]


def scripted(script: Any, *, file: str = "script", sleep: Sleep = asyncio.sleep) -> Callable[[str], ScriptedModel]:
    """The models of a script: give the result as `models` to an engine.

    `script`: the rules as Python values, or a YAML or JSON text. `sleep`: waits so many seconds; replace it to have delays without waiting.
    Raises ScriptRefused with all that is wrong.
    """
    if isinstance(script, (str, bytes)):
        try:
            script = yaml.load(script, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError as error:
            raise ScriptRefused([script_problem(file, (), "bad-syntax", str(error).replace("\n", " "))]) from error
    problems: list[Problem] = []
    rules = check_script(script, lambda path, code, message: problems.append(script_problem(file, path, code, message)))
    if problems:
        raise ScriptRefused(problems)
    player = _Player([_Rule(rule) for rule in rules], file, sleep)
    return lambda name: ScriptedModel(name, player)


class ScriptedModel:
    """A model that says what its script says."""

    provider = "scripted"
    label: str | None = "scripted"

    def __init__(self, model: str, player: _Player) -> None:
        self.model = model
        self._player = player

    def prepare(self, settings: ModelSettings) -> _Prepared:
        return _Prepared(self, self._player, settings.agent)


class _Prepared:
    def __init__(self, model: ScriptedModel, player: _Player, agent: str) -> None:
        self.model = model
        self._player = player
        self._agent = agent

    async def generate(self, conversation: Conversation, call: ModelCall) -> ModelAnswer:
        return await self._player.answer(_Moment(self.model.model, self._agent, conversation), call.run)


class _Rule:
    def __init__(self, rule: dict[str, Any]) -> None:
        when = rule.get("when") or {}
        self.agent, self.model, self.tool = ([_compiled(each) for each in list_of(when.get(key))] for key in ("agent", "model", "tool"))
        self.system, self.text, self.result = (None if when.get(key) is None else _compiled(when[key]) for key in ("system", "text", "result"))
        self.turn = list_of(when.get("turn"))
        self.give = list_of(rule["give"])
        self.times = rule.get("times") or float("inf")


def _compiled(text: str) -> str | re.Pattern[str]:
    return to_pattern(text) or text


class _Moment:
    """What a call is about, as conditions and templates see it."""

    def __init__(self, model: str, agent: str, conversation: Conversation) -> None:
        self.model = model
        self.agent = agent
        self.conversation = conversation
        self.turn = conversation.turns + 1
        self.input = conversation.last_text("user")
        self.tools = conversation.last_tools()
        self.result = conversation.last_text("tool") if self.tools else ""
        self.groups: list[str] = []

    def fits(self, rule: _Rule) -> bool:
        self.groups = []
        if rule.agent and not any(_is_name(name, self.agent) for name in rule.agent):
            return False
        if rule.model and not any(_is_name(name, self.model) for name in rule.model):
            return False
        if rule.turn and self.turn not in rule.turn:
            return False
        if rule.system is not None and not self._contains(rule.system, self.conversation.system):
            return False
        about_tools = bool(rule.tool) or rule.result is not None
        if about_tools and not self.tools:
            return False
        if rule.tool and not any(_is_name(name, one) for name in rule.tool for one in self.tools):
            return False
        if rule.result is not None and not self._contains(rule.result, self.result):
            return False
        # Or else a rule that answers a question with a call of a tool would answer the tool's result with the same call, for ever.
        if rule.text is not None and ((not about_tools and self.tools) or not self._contains(rule.text, self.input)):
            return False
        return True

    def fill(self, value: Any) -> Any:
        if isinstance(value, str):
            return TEMPLATE.sub(self._value, value)
        if isinstance(value, list):
            return [self.fill(one) for one in value]
        if isinstance(value, dict):
            return {key: self.fill(one) for key, one in value.items()}
        return value

    def _value(self, match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "$"
        if re.fullmatch(r"\d", name):
            return self.groups[int(name) - 1] if 0 < int(name) <= len(self.groups) else ""
        return str(getattr(self, name)) if name in TEMPLATE_NAMES else match[0]

    def _contains(self, pattern: str | re.Pattern[str], text: str) -> bool:
        if isinstance(pattern, str):
            return pattern in text
        match = pattern.search(text)
        if match is not None and not self.groups:
            self.groups = [group or "" for group in match.groups()]
        return match is not None


def _is_name(pattern: str | re.Pattern[str], name: str) -> bool:
    return pattern == name if isinstance(pattern, str) else pattern.search(name) is not None


class _Player:
    def __init__(self, rules: list[_Rule], file: str, sleep: Sleep) -> None:
        self._rules = rules
        self._file = file
        self._sleep = sleep
        # How often each rule has answered, for each agent of each run by itself: so it is the same however runs interleave.
        self._uses: WeakKeyDictionary[object, dict[str, list[int]]] = WeakKeyDictionary()

    async def answer(self, moment: _Moment, run: object) -> ModelAnswer:
        given = self._next(moment, run)
        answer = {"text": given} if isinstance(given, str) else given
        delay = to_milliseconds(answer.get("delay") or 0) or 0
        if delay > 0:
            await self._sleep(delay / 1000)
        told = answer.get("usage")
        usage = None if told is None else Usage(*(told.get(key, 0) for key in ("input", "output", "cached_read", "cached_write", "reasoning")))
        if answer.get("fail") is not None:
            raise _failure(answer["fail"], usage)
        parts = _parts(answer, moment)
        calls = any(part.kind == PartKind.TOOL_CALL for part in parts)
        finish = FinishReason(answer.get("finish") or ("tool-calls" if calls else "stop"))
        return ModelAnswer(parts, finish, usage or estimate_usage(moment.conversation, parts))

    def _next(self, moment: _Moment, run: object) -> Any:
        uses = self._uses.setdefault(run, {}).setdefault(moment.agent, [0] * len(self._rules))
        for number, rule in enumerate(self._rules):
            if uses[number] < rule.times and moment.fits(rule):
                uses[number] += 1
                return rule.give[min(uses[number], len(rule.give)) - 1]
        raise ModelFailure("missing", self._unmatched(moment))

    def _unmatched(self, moment: _Moment) -> str:
        if moment.tools:
            after = f' after {" and ".join(moment.tools)} gave "{_shorten(moment.result)}"'
        else:
            after = f' for the input "{_shorten(moment.input)}"'
        rule = f'{{ when: {{ agent: {moment.agent}, turn: {moment.turn} }}, give: "…" }}'
        return f"scripted: no rule fits agent {moment.agent} (model {moment.model}) in turn {moment.turn}{after}. Add one to {self._file}: - {rule}"


def _parts(answer: dict[str, Any], moment: _Moment) -> list[Any]:
    parts = []
    if answer.get("reasoning"):
        parts.append(assistant(PartKind.REASONING, moment.fill(answer["reasoning"])))
    text = to_json(moment.fill(answer["json"])) if "json" in answer else moment.fill(answer.get("text") or "")
    if text:
        parts.append(assistant(PartKind.TEXT, text))
    for number, call in enumerate(answer.get("calls") or (), 1):
        given = moment.fill(call.get("arguments", {}))
        name = call["tool"]
        parts.append(assistant(PartKind.TOOL_CALL, given if isinstance(given, str) else to_json(given), call.get("id") or f"call-{moment.turn}-{number}", name))
    return parts


def _failure(fail: Any, usage: Usage | None) -> ModelFailure:
    fail = {"kind": fail} if isinstance(fail, str) else fail
    status = fail.get("status")
    kind = to_failure_kind(fail.get("kind")) or _kind_of_status(status or 500)
    message = fail.get("message") or (str(kind) if status is None else f"{status} {kind}")
    wait = fail.get("retry_after")
    return ModelFailure(kind, f"scripted: {message}", None if wait is None else to_milliseconds(wait), usage)


def _kind_of_status(status: int) -> FailureKind:
    from .open_ai import kind_of_status

    return kind_of_status(status)


def _shorten(text: str) -> str:
    line = re.sub(r"\s+", " ", text)
    return f"{line[:79]}…" if len(line) > 80 else line
