"""Writes test/vectors/tokens.json: what OpenAI's own tiktoken makes of some texts, special tokens among them.

    python vectors.py
"""

import json
from pathlib import Path

import tiktoken
import tiktoken_ext.openai_public as openai_public

ROOT = Path(__file__).resolve().parents[3]
TEXTS = [
    "", " ", "a", "Hello, world!", "I'm sure they'LL say it's JOHN'S; don't 've 'd", "camelCase HTTPServer snake_case x1y22z333 4444",
    "for (let i = 0; i < 10; i++) {\n\tconsole.log(`${i}`); // count\n}\n\n", "trailing spaces   ", "trailing newlines\n\n  ", "  \n \n  x", "\r\n\r\n\t x\u00a0\u3000y",
    "https://example.com/a/b?c=d&e=%20f#g", "!!!???...---===***///\\\\\n/", "1234567890 12 345 ١٢٣ Ⅷ ½", "naïve café ÀÉÎ ß ẞ ǅ ʰ ª", "e\u0301 a\u0308\u0323 \u0301x",
    "Привет, мир! Γειά σου Κόσμε", "你好，世界。東京タワーへ行きました。안녕하세요", "नमस्ते दुनिया สวัสดีชาวโลก مرحبا بالعالم שלום", "👨‍👩‍👧 🇩🇪 😀😃 \U0001d54f \ud7a3",
    "\u0000\u0001\u0085\ufeff\u200b\u200d\ufffd", "a" * 100, " " * 200, "-" * 150, "ab" * 90, "\n" * 40, "x" + "=" * 80, "的" * 50, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "<|endoftext|>", "a<|endoftext|>b<|endofprompt|>", "<|start|>user<|message|>Hi<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>", "<|reserved_200500|><|call|><|start", "'\u017f 's'S",
]


def ranks(address, expected_hash=None):
    import base64

    name = address.rsplit("/", 1)[-1].removesuffix(".tiktoken")
    tokens = json.loads((ROOT / f"node_modules/tiktoken/encoders/{name}.json").read_text())["bpe_ranks"].split()[2:]
    return {base64.b64decode(token): rank for rank, token in enumerate(tokens)}


openai_public.load_tiktoken_bpe = ranks
vectors = []
for name in ("o200k_base", "o200k_harmony", "cl100k_base"):
    encoding = tiktoken.Encoding(**getattr(openai_public, name)())
    for text in TEXTS:
        ids, special = encoding.encode_ordinary(text), encoding.encode(text, allowed_special="all")
        vectors.append({"encoding": name, "text": text, "ids": ids, **({"special": special} if special != ids else {})})
lines = ",\n".join(json.dumps(vector, separators=(",", ":")) for vector in vectors)
(ROOT / "test/vectors/tokens.json").write_text(f"[\n{lines}\n]\n")
