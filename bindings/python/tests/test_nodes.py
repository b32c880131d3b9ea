"""YAML is read as on every host. `AIXLET_TEXTS` names a file of texts, and of what the TypeScript host makes of them."""

from __future__ import annotations

import json
import os
import unittest
from pathlib import Path

from aixlet import DefinitionRefused
from aixlet.definition.nodes import read_yaml

# Where libyaml, which knows YAML 1.1, cannot do what 1.2 says.
KNOWN = {"...", "[?b]", "a: &a.b 1", "a: &ä 1\nb: *ä", "{: b}", "[: b]", "- : b", ": b", "a: 1\n...\nb: 2", "{a\nb: c}", '{"a"\n: b}', "a: [b]: c"}


class Nodes(unittest.TestCase):
    @unittest.skipUnless("AIXLET_TEXTS" in os.environ, "npm test makes the texts")
    def test_the_same_nodes(self) -> None:
        texts = json.loads(Path(os.environ["AIXLET_TEXTS"]).read_text())
        self.assertGreater(len(texts), 900)
        for each in texts:
            text = each["text"]
            with self.subTest(text[:60]):
                try:
                    source = read_yaml("a.yaml", text)
                    nodes = [[str(n.kind), str(n.style), n.line, n.column, n.count, n.tag, n.anchor, n.text] for n in source.nodes]
                    found = {"text": text, "documents": source.documents, "nodes": nodes}
                except DefinitionRefused as error:
                    found = {"text": text, "refused": error.problems[0].code}
                if text in KNOWN:
                    self.assertNotEqual(found, each, "it is known to differ, and does not")
                else:
                    self.assertEqual(found, each)

    def test_refused(self) -> None:
        cases: list[tuple[str | bytes, str, int, int]] = [
            (b"a: \xff", "bad-encoding", 1, 4),
            (b"a: 1\nb\xc3\xa4: \xc3", "bad-encoding", 2, 5),
            (b"\xff\xfea", "bad-encoding", 1, 1),
            ("a: \ud800", "bad-encoding", 1, 4),
            ("a: 1\nb: \x07", "yaml-syntax", 2, 4),
            ("a: [1", "yaml-syntax", 2, 1),
            ("a: " + "x" * 10_000_001, "too-large", 1, 1),
            ("[" * 500 + "]" * 500, "too-deep", 1, 401),
            ("- a\n" * 40_000, "too-many-nodes", 30_000, 3),
        ]
        for content, code, line, column in cases:
            with self.subTest(content[:20]), self.assertRaises(DefinitionRefused) as caught:
                read_yaml("a.yaml", content)
            problem = caught.exception.problems[0]
            self.assertEqual((problem.code, problem.line, problem.column), (code, line, column))

    def test_the_commonest_slip(self) -> None:
        with self.assertRaisesRegex(DefinitionRefused, "put a value with `.*` in quotes"):
            read_yaml("a.yaml", "{a: ${X}}")


if __name__ == "__main__":
    unittest.main()
