"""Models: what answers an agent's calls."""

from .failure import ModelFailure
from .types import ChatModel, ModelAnswer, ModelCall, ModelSettings, PreparedModel, Reply, ToolDeclaration

__all__ = ["ChatModel", "ModelAnswer", "ModelCall", "ModelFailure", "ModelSettings", "PreparedModel", "Reply", "ToolDeclaration"]
