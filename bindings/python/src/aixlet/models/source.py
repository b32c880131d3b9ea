"""Models by name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Union

from ..errors import AixletError, MissingKey, UnknownModel, UnsupportedProvider
from .redact import keep_secret
from .stand_in import EchoModel, FunctionModel, ModelFunction
from .types import ChatModel

ModelLike = Union[ChatModel, ModelFunction]
Models = Union[Mapping[str, ModelLike], Callable[[str], "ModelLike | None"]]
"""Models by the names that agents use, or a function that knows them. Names not found there are looked for among the providers."""

_OTHER_WAYS = "Or run without one: a scripted model, the model `echo`, or a model of your own in `models`."


@dataclass
class Provider:
    """Who speaks OpenAI's chat completions: where, and with which key, the first variable that is set counting."""

    endpoint: str
    keys: tuple[str, ...]
    endpoint_variable: str = ""
    needs_key: bool = True


_PROVIDERS = {
    "openai": Provider("https://api.openai.com/v1", ("OPENAI_API_KEY",), "OPENAI_BASE_URL"),
    "gemini": Provider("https://generativelanguage.googleapis.com/v1beta/openai", ("GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY")),
    "xai": Provider("https://api.x.ai/v1", ("XAI_API_KEY",)),
    "ollama": Provider("http://localhost:11434/v1", ("OLLAMA_API_KEY",), needs_key=False),
    "vllm": Provider("http://localhost:8000/v1", ("VLLM_API_KEY",), needs_key=False),
}
_ELSEWHERE = Provider("", ("OPENAI_API_KEY",), needs_key=False)

# The provider that a model's id is known by (grammar, R3).
_KNOWN_BY = (
    (re.compile(r"bedrock/|(anthropic|amazon|meta|mistral|cohere|ai21)\."), "bedrock"),
    (re.compile(r"gpt-|text-davinci|o1|o3"), "openai"),
    (re.compile(r"claude"), "anthropic"),
    (re.compile(r"gemini"), "gemini"),
    (re.compile(r"grok"), "xai"),
    (re.compile(r"vertex/|text-bison|code-bison"), "vertexai"),
    (re.compile(r"[^/:]+/[^/]+"), "huggingface"),
    (re.compile(r"[^:]+:[^:]+$"), "ollama"),
)
_VARIABLE = re.compile(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


class ModelSource:
    """Finds models by name. One object for one reference, however many agents share it."""

    def __init__(self, models: Models | None, env: Callable[[str], str | None]) -> None:
        self._models = models
        self._env = env
        self._found: dict[str, ChatModel] = {}

    def find(self, reference: Mapping[str, Any]) -> ChatModel:
        """The model that a reference of the manifest means: never another one. Raises MissingKey, UnsupportedProvider, UnknownModel."""
        key = json.dumps([reference.get(name) for name in ("provider", "model", "endpoint", "api_key")])
        if key not in self._found:
            self._found[key] = self._find(reference)
        return self._found[key]

    def _find(self, reference: Mapping[str, Any]) -> ChatModel:
        model = reference["model"]
        given = self._models(model) if callable(self._models) else (self._models or {}).get(model)
        if given is not None:
            return to_chat_model(given, model)
        name = _provider_name(reference)
        if name in ("mock", "echo"):
            return EchoModel()
        provider = _ELSEWHERE if name == "openai" and reference.get("endpoint") else _PROVIDERS.get(name)
        if provider is None:
            raise _unreachable(name, model)
        key = self._key(provider, reference, name)
        # Loaded late: most tests and many programs have models of their own.
        from .open_ai import OpenAiModel

        return OpenAiModel(name, model, self._endpoint(provider, reference), key)

    def _key(self, provider: Provider, reference: Mapping[str, Any], name: str) -> str | None:
        if reference.get("api_key"):
            key: str | None = self._substitute(reference["api_key"], reference, "api_key")
        else:
            key = next(filter(None, (self._env(variable) for variable in provider.keys)), None)
        if key:
            keep_secret(key)
            return key
        # A server at an address of one's own may well ask for none.
        if not provider.needs_key:
            return None
        variables = " or ".join(provider.keys)
        raise MissingKey(provider.keys, f"The model {reference['model']} ({name}) needs a key: set {variables}. {_OTHER_WAYS}")

    def _endpoint(self, provider: Provider, reference: Mapping[str, Any]) -> str:
        variable = provider.endpoint_variable
        given = reference.get("endpoint") or (variable and self._env(variable)) or provider.endpoint
        text = self._substitute(given, reference, "endpoint")
        url = text if re.match(r"[a-z]+://", text, re.IGNORECASE) else f"http://{text}"
        # Servers of the compatible kind have their interface under /v1, which people leave out.
        return re.sub(r"^([a-z]+://[^/]+)/?$", r"\1/v1", url, flags=re.IGNORECASE).rstrip("/")

    def _substitute(self, text: str, reference: Mapping[str, Any], setting: str) -> str:
        """Puts in the values of `${NAME}` and `${NAME:-text}`; `$$` is a dollar sign."""

        def value(match: re.Match[str]) -> str:
            name, otherwise = match[1], match[2]
            if name is None:
                return "$"
            found = self._env(name) or otherwise
            if found is None:
                whole = f"The model {reference['model']} has {match[0]} as its {setting}, and that variable is not set: set {name}. {_OTHER_WAYS}"
                raise MissingKey([name], whole)
            return found

        return _VARIABLE.sub(value, text)


def to_chat_model(value: Any, name: str) -> ChatModel:
    """Anything that can be passed in as a model. Raises UnknownModel."""
    if callable(getattr(value, "prepare", None)):
        return value
    if callable(value):
        return FunctionModel(name, value)
    raise UnknownModel(name, f"What was passed in as {name} is no model: neither a function nor an object that has `prepare`.")


def _provider_name(reference: Mapping[str, Any]) -> str:
    model = reference["model"]
    name = reference.get("provider") or ("echo" if model == "echo" else next((name for known, name in _KNOWN_BY if known.match(model)), ""))
    return "gemini" if name == "google" else name


def _unreachable(name: str, model: str) -> AixletError:
    if name == "":
        return UnknownModel(model, f"Nobody is known to have the model {model}: say `provider`. {_OTHER_WAYS}")
    there = ", ".join(_PROVIDERS)
    text = f"The provider {name} (of {model}) is not reached by name from Python: there are {there}; pass a model of your own in `models`. {_OTHER_WAYS}"
    return UnsupportedProvider(name, text)
