"""Schemas of functions."""

from __future__ import annotations

import enum
import unittest
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Optional

from aixlet import BadUsage, ToolContext, tool


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Place:
    city: str
    zip: Optional[int] = None


def book(
    place: Place,
    nights: int,
    colours: list[Colour],
    context: ToolContext,
    kind: Literal["single", "double"] = "single",
    note: Annotated[str, "for the desk"] = "",
    price: float | None = None,
) -> dict[str, Any]:
    """Books a room.

    At once, and for good.

    Args:
        place: where it is,
            at most one
        nights (int): how many
    Returns:
        a number
    """
    return {"place": place, "nights": nights, "colours": [each.name for each in colours], "kind": kind, "price": price, "run": context.run}


CONTEXT = ToolContext("r/1", "r", "a", "book", "c1")


class Schemas(unittest.IsolatedAsyncioTestCase):
    def test_schema(self) -> None:
        declared = tool(book).declare("book")
        self.assertEqual(declared.description, "Books a room. At once, and for good.")
        self.assertEqual(
            declared.input_schema,
            {
                "type": "object",
                "properties": {
                    "place": {
                        "type": "object",
                        "properties": {"city": {"type": "string"}, "zip": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
                        "required": ["city"],
                        "additionalProperties": False,
                        "description": "where it is, at most one",
                    },
                    "nights": {"type": "integer", "description": "how many"},
                    "colours": {"type": "array", "items": {"enum": ["red", "blue"]}},
                    "kind": {"enum": ["single", "double"], "default": "single"},
                    "note": {"type": "string", "description": "for the desk", "default": ""},
                    "price": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                },
                "required": ["place", "nights", "colours"],
                "additionalProperties": False,
            },
        )

    async def test_arguments(self) -> None:
        text = '{"place": {"city": "Graz"}, "nights": 2, "colours": ["red"], "price": 3}'
        failed, shown = await tool(book).run(text, CONTEXT)
        self.assertFalse(failed, shown)
        self.assertEqual(
            shown, '{"place":{"city":"Graz","zip":null},"nights":2,"colours":["RED"],"kind":"single","price":3.0,"run":"r"}'
        )
        for bad, path in (
            ('{"place": {}, "nights": 2, "colours": []}', "place.city"),
            ('{"place": {"city": "G"}, "nights": "2", "colours": []}', "nights"),
            ('{"place": {"city": "G"}, "nights": true, "colours": []}', "nights"),
            ('{"place": {"city": "G"}, "nights": 1, "colours": ["red", "green"]}', "colours[1]"),
            ('{"place": {"city": "G"}, "nights": 1, "colours": [], "kind": "suite"}', "kind"),
            ('{"place": {"city": "G"}, "nights": 1, "colours": [], "x": 1}', "x"),
        ):
            failed, shown = await tool(book).run(bad, CONTEXT)
            self.assertTrue(failed)
            self.assertIn(f'"path":"{path}"', shown)
        for bad in ("[]", "{", "5"):
            self.assertIn("invalid-arguments", (await tool(book).run(bad, CONTEXT))[1])

    async def test_decorated(self) -> None:
        @tool(description="Does it.", input_schema={"type": "object", "properties": {"x": {}}})
        def whole(given: dict[str, Any], context: ToolContext) -> str:
            return f"{given['x']} {context.call_id}"

        self.assertEqual(whole.declare("w").description, "Does it.")
        self.assertEqual(await whole.run('{"x": 1}', CONTEXT), (False, "1 c1"))
        with self.assertRaises(BadUsage):
            tool(5)  # type: ignore[arg-type]
        with self.assertRaises(BadUsage):
            tool(len, input_schema={"type": "array"})

    def test_sphinx(self) -> None:
        def f(a: int) -> None:
            """Does f.

            :param a: the a
            :returns: nothing
            """

        declared = tool(f).declare("f")
        self.assertEqual((declared.description, declared.input_schema["properties"]["a"]["description"]), ("Does f.", "the a"))


if __name__ == "__main__":
    unittest.main()
