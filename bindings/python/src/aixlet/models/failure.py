"""An attempt that came to nothing."""

from __future__ import annotations

from ..errors import AixletError
from ..protocol.types import FailureKind, Usage


class ModelFailure(AixletError):
    """One attempt at a model call that came to nothing. What to do about it is the core's to say.

    `kind`: a `FailureKind`, such as `rate-limit`. `retry_after`: milliseconds that the other side asked to wait. `usage`: tokens that were used
    nevertheless.
    """

    code = "model-failed"

    def __init__(self, kind: FailureKind | str, message: str, retry_after: float | None = None, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.kind = FailureKind(kind)
        self.retry_after = retry_after
        self.usage = usage
