"""Documents that agents look things up in."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Mapping, Protocol, Sequence, Union

from .models.conversation import to_json
from .models.failure import ModelFailure
from .protocol.types import FailureKind

Embed = Callable[[list[str]], Awaitable[Sequence[Sequence[float]]]]


@dataclass
class Document:
    """A document, or a chunk of one. `metadata`: what filters compare."""

    id: str
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass
class FoundDocument(Document):
    """A document that was found: `score` says how well it fits, more being better."""

    score: float = 0.0


@dataclass
class SearchRequest:
    """What is looked for. `collection`: empty is the store's own; `method`: `semantic` or `keyword`; `top_k`: how many are wanted."""

    collection: str
    method: str
    query: str
    top_k: int
    filters: Mapping[str, Any]


class DocumentStore(Protocol):
    """A place where documents are kept and found. What it raises is a failed attempt, which the core may try again."""

    async def search(self, request: SearchRequest) -> Sequence[FoundDocument]:
        """The best first."""
        ...

    async def index(self, collection: str, documents: Sequence[Document]) -> int:
        """Keeps them, one of an id that is there being replaced; gives how many."""
        ...


DocumentStores = Union[DocumentStore, Mapping[str, DocumentStore]]


class MemoryDocuments:
    """Documents in memory, searched exactly: for tests and small collections."""

    def __init__(self, documents: Sequence[Document] | Mapping[str, Sequence[Document]] = (), *, embed: Embed | None = None, most: int | None = None) -> None:
        """`documents`: by collection, or for whoever names none. `embed`: vectors of texts; without it likeness is that of the words. `most`: beyond it the oldest leave, in each collection."""
        self._embed = embed
        self._most = most
        self._initial = dict(documents) if isinstance(documents, Mapping) else {"": documents}
        self._collections: dict[str, _Collection] = {}

    async def index(self, collection: str, documents: Sequence[Document]) -> int:
        await self._begin()
        vectors = await self._embed([each.text for each in documents]) if self._embed else [None] * len(documents)
        into = self._collections.setdefault(collection, _Collection())
        for document, vector in zip(documents, vectors):
            into.keep(document, vector)
        into.shrink(self._most)
        return len(documents)

    async def search(self, request: SearchRequest) -> list[FoundDocument]:
        await self._begin()
        searched = self._collections.setdefault(request.collection, _Collection())
        if request.method == "keyword":
            score = searched.by_keywords(request.query)
        elif self._embed is None:
            score = searched.by_words(request.query)
        else:
            wanted = (await self._embed([request.query]))[0]
            score = lambda kept: _cosine(wanted, kept.vector or ())  # noqa: E731
        found = []
        for kept in searched.kept.values():
            document = kept.document
            if any(document.metadata.get(name) != value for name, value in request.filters.items()):
                continue
            points = score(kept)
            if points > 0:
                found.append(FoundDocument(document.id, document.text, document.metadata, round(points, 9)))
        # Equal ones stay in the order in which they came.
        return sorted(found, key=lambda each: -each.score)[: request.top_k]

    async def _begin(self) -> None:
        initial, self._initial = self._initial, {}
        for collection, documents in initial.items():
            await self.index(collection, documents)


class _Kept:
    def __init__(self, document: Document, vector: Sequence[float] | None) -> None:
        self.document = document
        self.words = _count_words(document.text)
        self.length = sum(self.words.values())
        self.vector = vector
        self.size = 0.0


class _Collection:
    """The documents of one name, and what is known of all their words together."""

    def __init__(self) -> None:
        self.kept: dict[str, _Kept] = {}
        self._having: Counter[str] | None = None
        self._mean = 0.0

    def keep(self, document: Document, vector: Sequence[float] | None) -> None:
        self.kept.pop(document.id, None)
        self.kept[document.id] = _Kept(document, vector)
        self._having = None

    def shrink(self, most: int | None) -> None:
        while most is not None and len(self.kept) > most:
            del self.kept[next(iter(self.kept))]
            self._having = None

    def by_keywords(self, query: str) -> Callable[[_Kept], float]:
        """Okapi BM25 with k1 1.2 and b 0.75 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009)."""
        asked = {word: self._rarity(word) for word in _count_words(query)}

        def score(kept: _Kept) -> float:
            points = 0.0
            for word, weight in asked.items():
                count = kept.words.get(word, 0)
                if count:
                    points += weight * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * kept.length / self._mean))
            return points

        return score

    def by_words(self, query: str) -> Callable[[_Kept], float]:
        wanted = {word: (self._rarity(word), count) for word, count in _count_words(query).items()}
        size = _norm([weight * count for weight, count in wanted.values()])

        def score(kept: _Kept) -> float:
            product = sum(weight * count * weight * kept.words.get(word, 0) for word, (weight, count) in wanted.items())
            return product / (size * kept.size) if product else 0.0

        return score

    def _rarity(self, word: str) -> float:
        """How rare a word is; never negative."""
        having = self._count().get(word, 0)
        return math.log(1 + (len(self.kept) - having + 0.5) / (having + 0.5))

    def _count(self) -> Counter[str]:
        if self._having is None:
            self._having = Counter(word for kept in self.kept.values() for word in kept.words)
            self._mean = sum(kept.length for kept in self.kept.values()) / max(1, len(self.kept))
            for kept in self.kept.values():
                kept.size = _norm([count * self._rarity(word) for word, count in kept.words.items()])
        return self._having


class SearchStores:
    """An engine's stores of documents; without any, one in memory that begins empty."""

    def __init__(self, stores: DocumentStores | None, most: int | None) -> None:
        self._only: DocumentStore | None = None
        self._named: Mapping[str, DocumentStore] = {}
        if stores is None:
            self._only = MemoryDocuments(most=most)
        elif isinstance(stores, Mapping):
            self._named = stores
        else:
            self._only = stores

    def find(self, name: str) -> DocumentStore:
        """Raises ModelFailure if there is none of that name."""
        if self._only is not None:
            return self._only
        if name == "" and len(self._named) == 1:
            return next(iter(self._named.values()))
        if name in self._named:
            return self._named[name]
        there = f"there are {', '.join(self._named)}" if self._named else "there is none"
        if name == "":
            raise ModelFailure(FailureKind.MISSING, f"several stores could be meant: {there}; name one")
        raise ModelFailure(FailureKind.MISSING, f'no store of documents is called "{name}": {there}')


def found_to_json(documents: Sequence[FoundDocument]) -> str:
    """What was found, as the core reads it."""
    found = []
    for each in documents:
        entry: dict[str, Any] = {"id": str(each.id), "text": str(each.text), "score": each.score}
        if each.metadata:
            entry["metadata"] = each.metadata
        found.append(entry)
    return to_json(found)


def _count_words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text.lower()))


def _norm(values: Sequence[float]) -> float:
    return math.sqrt(sum(value * value for value in values))


def _cosine(left: Sequence[float], right: Sequence[float]) -> float:
    sizes = _norm(left) * _norm(right)
    return sum(a * b for a, b in zip(left, right)) / sizes if sizes else 0.0
