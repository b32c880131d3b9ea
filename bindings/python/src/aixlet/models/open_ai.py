"""OpenAI's chat completions, which most servers of models speak, over the standard library's HTTP."""

from __future__ import annotations

import asyncio
import email.utils
import http.client
import json
import re
import socket
import time
from typing import Any, Sequence
from urllib.parse import urlsplit

from ..protocol.types import FailureKind, FinishReason, PartKind, Usage
from .conversation import Conversation, to_json
from .failure import ModelFailure
from .redact import redact
from .stand_in import assistant
from .types import ModelAnswer, ModelCall, ModelSettings, ToolDeclaration

_FINISHES = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "tool_calls": FinishReason.TOOL_CALLS,
    "function_call": FinishReason.TOOL_CALLS,
    "content_filter": FinishReason.CONTENT_FILTER,
}


class OpenAiModel:
    """A model behind an endpoint of OpenAI's kind. Opens a connection a call, and no other."""

    label: str | None = None

    def __init__(self, provider: str, model: str, endpoint: str, key: str | None) -> None:
        self.provider = provider
        self.model = model
        self.endpoint = endpoint
        self.key = key

    def prepare(self, settings: ModelSettings) -> _Prepared:
        return _Prepared(self, settings)


class _Prepared:
    def __init__(self, model: OpenAiModel, settings: ModelSettings) -> None:
        self.model = model
        self._settings = settings

    async def generate(self, conversation: Conversation, call: ModelCall) -> ModelAnswer:
        body = json.dumps(self._body(conversation, call)).encode()
        exchange = _Exchange(self.model, body, call.idempotency_key)
        try:
            status, headers, answer = await asyncio.to_thread(exchange.run)
        except asyncio.CancelledError:
            exchange.abort()
            raise
        if status >= 300:
            raise _refusal(self.model.provider, status, headers, answer)
        try:
            return _to_answer(json.loads(answer))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise ModelFailure("malformed", f"{self.model.provider}: the answer has not the agreed form") from error

    def _body(self, conversation: Conversation, call: ModelCall) -> dict[str, Any]:
        settings = self._settings
        limit = "max_completion_tokens" if self.model.endpoint.startswith("https://api.openai.com/") else "max_tokens"
        body: dict[str, Any] = {"model": self.model.model, "messages": [_to_wire(each) for each in conversation.messages()]}
        for name, value in (("temperature", settings.temperature), ("top_p", settings.top_p), (limit, call.max_output or settings.max_tokens)):
            if value is not None:
                body[name] = value
        tools: Sequence[ToolDeclaration] = [*settings.tools, *call.offered]
        if tools:
            body["tools"] = [
                {"type": "function", "function": {"name": each.name, "description": each.description or "", "parameters": each.input_schema}}
                for each in tools
            ]
            if call.no_tools:
                body["tool_choice"] = "none"
        if call.schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": call.schema}}
        return body


class _Exchange:
    """One request and its answer, in a thread; another thread may break it off."""

    def __init__(self, model: OpenAiModel, body: bytes, key: str) -> None:
        self._model = model
        self._body = body
        self._key = key
        self._connection: http.client.HTTPConnection | None = None
        self._aborted = False

    def run(self) -> tuple[int, http.client.HTTPMessage, bytes]:
        url = urlsplit(self._model.endpoint)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        headers = {"content-type": "application/json", "idempotency-key": self._key}
        if self._model.key:
            headers["authorization"] = f"Bearer {self._model.key}"
        connection = self._connection = kind(url.netloc)
        try:
            connection.request("POST", f"{url.path}/chat/completions", self._body, headers)
            if self._aborted:
                raise ConnectionAbortedError("the call was aborted")
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except TimeoutError as error:
            raise ModelFailure("timeout", redact(f"{self._model.provider}: {error}")) from error
        except (OSError, http.client.HTTPException) as error:
            raise ModelFailure("network", redact(f"{self._model.provider}: {error or type(error).__name__}")) from error
        finally:
            connection.close()

    def abort(self) -> None:
        self._aborted = True
        sock = self._connection.sock if self._connection is not None else None
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def _to_wire(message: dict[str, Any]) -> dict[str, Any]:
    wire = {name: value for name, value in message.items() if name not in ("tool_calls", "is_error")}
    if "tool_calls" in message:
        wire["tool_calls"] = [
            {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": to_json(call["arguments"])}}
            for call in message["tool_calls"]
        ]
    return wire


def _to_answer(answer: dict[str, Any]) -> ModelAnswer:
    choice = answer["choices"][0]
    message = choice["message"]
    parts = []
    reasoning = message.get("reasoning_content") or message.get("reasoning")
    if isinstance(reasoning, str):
        parts.append(assistant(PartKind.REASONING, reasoning))
    if message.get("content"):
        parts.append(assistant(PartKind.TEXT, message["content"]))
    for number, call in enumerate(message.get("tool_calls") or ()):
        function = call["function"]
        parts.append(assistant(PartKind.TOOL_CALL, function["arguments"] or "{}", call.get("id") or f"call-{number + 1}", function["name"]))
    told = answer.get("usage") or {}
    cached = (told.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    thought = (told.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
    usage = Usage(told.get("prompt_tokens") or 0, told.get("completion_tokens") or 0, cached, 0, thought)
    return ModelAnswer(parts, _FINISHES.get(choice.get("finish_reason"), FinishReason.OTHER), usage)


def _refusal(provider: str, status: int, headers: http.client.HTTPMessage, answer: bytes) -> ModelFailure:
    text = str(answer, "utf-8", "replace")
    try:
        error = json.loads(text).get("error", {})
        words = (error.get("code"), error.get("type")) if isinstance(error, dict) else ()
        message = error.get("message", text) if isinstance(error, dict) else str(error)
    except (ValueError, AttributeError):
        words, message = (), text
    kind = _kind_by_words(words) or kind_of_status(status, message)
    wait = _retry_after(headers) if kind in (FailureKind.RATE_LIMIT, FailureKind.SERVER_ERROR) else None
    return ModelFailure(kind, redact(f"{provider}: {status} {message or http.client.responses.get(status, '')}"), wait)


def _kind_by_words(words: tuple[Any, ...]) -> FailureKind | None:
    # Sent as 429, but no waiting helps: the account is out of money.
    if "insufficient_quota" in words or "billing_error" in words:
        return FailureKind.AUTHENTICATION
    if "content_filter" in words or "content_policy_violation" in words:
        return FailureKind.CONTENT_FILTER
    return None


def kind_of_status(status: int, message: str = "") -> FailureKind:
    """What an HTTP status that is no success says."""
    if status == 429:
        return FailureKind.RATE_LIMIT
    if status == 408:
        return FailureKind.TIMEOUT
    # Gemini and xAI say 400 to a key they do not know.
    if status in (401, 402, 403) or (status == 400 and re.search(r"\bapi[ _-]?key\b", message, re.IGNORECASE)):
        return FailureKind.AUTHENTICATION
    if status == 409 or status >= 500:
        return FailureKind.SERVER_ERROR
    return FailureKind.INVALID_REQUEST


def _retry_after(headers: http.client.HTTPMessage) -> float | None:
    """Milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date."""
    try:
        exact = headers.get("retry-after-ms")
        if exact:
            return max(0.0, float(exact))
        text = headers.get("retry-after") or ""
        if re.fullmatch(r"\d+(\.\d+)?", text):
            return float(text) * 1000
        return max(0.0, (email.utils.parsedate_to_datetime(text).timestamp() - time.time()) * 1000) if text else None
    except (ValueError, TypeError):
        return None
