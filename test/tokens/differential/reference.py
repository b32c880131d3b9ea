"""What OpenAI's own tiktoken makes of texts: writes, for each text, its length, the number of its tokens, its bytes and the ids.

    python reference.py ENCODING characters | tokens | fuzz SEED COUNT | files PATH ...

tiktoken would download its ranks: they are taken from npm's tiktoken, whose hashes tools/token-tables.ts checks against the published ones.
"""

import base64
import json
import random
import struct
import sys
from pathlib import Path

import tiktoken
import tiktoken_ext.openai_public as openai_public

ENCODERS = Path(__file__).resolve().parents[3] / "node_modules/tiktoken/encoders"


def ranks(address, expected_hash=None):
    name = address.rsplit("/", 1)[-1].removesuffix(".tiktoken")
    tokens = json.loads((ENCODERS / f"{name}.json").read_text())["bpe_ranks"].split()[2:]
    return {base64.b64decode(token): rank for rank, token in enumerate(tokens)}


openai_public.load_tiktoken_bpe = ranks
definition = getattr(openai_public, sys.argv[1])()
encoding = tiktoken.Encoding(**definition)
texts_of_tokens = [token.decode() for token in definition["mergeable_ranks"] if token.decode(errors="replace").encode() == token]
mode, arguments = sys.argv[2], sys.argv[3:]


def put(text):
    encoded, ids = text.encode(), encoding.encode_ordinary(text)
    sys.stdout.buffer.write(struct.pack(f"<II{len(encoded)}s{len(ids)}I", len(encoded), len(ids), encoded, *ids))


def code_points():
    return (code for code in range(0x110000) if not 0xD800 <= code < 0xE000)


# Parts that the rules of cutting texts are about.
PARTS = (
    "'s 'S '\u017f 'll 'LL 'Ll 'Re 'rE 've 'VE 'm 'D 't 'l 'r \u0130 \u0131 \u212a \ufeff \u200b \u200d / // \u0301 e\u0301 \ufffd １２３ ٠١٢ ² ½ Ⅷ Dž ǅ ʰ ª º ß ẞ ﬀ "
    "\U0001f468\u200d\U0001f469 \U0001d54f \u1ad7 \u0345 <|endoftext|> ' ’s"
).split(" ") + ["\u0085", "\u00a0", "\u3000", "\n", "\r\n", "\r", "\t", " ", "  ", "    ", "\0", "\0\0"]
ASCII = [chr(code) for code in range(128)]


def by_class():
    """Characters by what tiktoken's own expressions say of them, a few of each thousand unassigned ones."""
    single = {bytes([byte]): byte for byte in range(256)}
    everything = "".join(map(chr, code_points()))
    classes = []
    for pattern in (r"\s", r"\p{N}", r"[\p{Lu}\p{Lt}]", r"\p{Ll}", r"\p{Lm}", r"\p{Lo}", r"\p{M}", r"[\p{P}\p{S}]"):
        matcher = tiktoken.Encoding("class", pat_str=pattern, mergeable_ranks=single, special_tokens={})
        classes.append(bytes(matcher.encode_ordinary(everything)).decode())
    known = set("".join(classes))
    classes.append([character for character in everything if character not in known and ord(character) % 997 == 0])
    return classes


def fuzz(seed, count):
    choose = random.Random(seed)
    classes = by_class()
    letters = classes[2:7]

    def text():
        kind, size = choose.random(), choose.randint(1, 40)
        if kind < 0.25:
            return "".join(choose.choice(choose.choice(classes) if choose.random() < 0.5 else ASCII) for _ in range(size))
        if kind < 0.45:
            return "".join(choose.choice(PARTS if choose.random() < 0.5 else ASCII) for _ in range(size))
        if kind < 0.65:
            return "".join(choose.choice(texts_of_tokens) for _ in range(choose.randint(1, 12)))
        if kind < 0.75:
            few = [choose.choice(choose.choice(classes)) for _ in range(choose.randint(1, 4))]
            return "".join(choose.choice(few) for _ in range(choose.randint(1, 200)))
        if kind < 0.85:
            return "".join(choose.choice("abcABest ") for _ in range(choose.randint(1, 120)))
        return "".join(choose.choice(choose.choice(letters) if choose.random() < 0.6 else PARTS) for _ in range(size))

    for _ in range(count):
        put(text())


if mode == "characters":
    for code in code_points():
        c = chr(code)
        put(f"a{c}b {c}c\n{c}'s{c} 1{c}")
elif mode == "tokens":
    for token in texts_of_tokens:
        put(token)
elif mode == "fuzz":
    fuzz(int(arguments[0]), int(arguments[1]))
elif mode == "files":
    cut = random.Random(1)
    for path in arguments:
        text = Path(path).read_bytes().decode()
        start = 0
        while start < len(text):
            end = start + cut.randint(1, 20000)
            put(text[start:end])
            start = end
else:
    sys.exit(__doc__)
