"""Encodings in which an instruction hides: readable for a model, not for a filter that looks for words."""

import base64
import codecs
import re
from collections.abc import Callable

LEET = str.maketrans("aeiostAEIOST", "431057431057")
LOOKALIKES = str.maketrans("aeopcxyiAEOPCXTHK", "аеорсхуіАЕОРСХТНК")  # Cyrillic for Latin
CODE = ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
MORSE = dict(zip("abcdefghijklmnopqrstuvwxyz", CODE.split(), strict=True))


def zero_width(text: str) -> str:
    """A zero-width space between all letters."""
    return "\u200b".join(text)


def tagged(text: str) -> str:
    """Invisible: each ASCII character as its Unicode tag character."""
    return "".join(chr(0xE0000 + ord(letter)) for letter in text if letter.isascii())


def morse(text: str) -> str:
    """Letters as dots and dashes, words parted by a slash."""
    return " / ".join(" ".join(MORSE[c] for c in word if c in MORSE) for word in text.lower().split())


KINDS: dict[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "binary": lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "leetspeak": lambda text: text.translate(LEET),
    "reversed": lambda text: text[::-1],
    "spaced letters": lambda text: " ".join(text),
    "zero-width": zero_width,
    "tag characters": tagged,
    "look-alike letters": lambda text: text.translate(LOOKALIKES),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "percent encoding": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "morse": morse,
}
MARKED = re.compile(rf"\{{({'|'.join(KINDS)}):([^{{}}]*)\}}")


def applied(text: str) -> str:
    """A text in which each `{base64:…}` (or another kind) is replaced by what it hides, encoded."""
    return MARKED.sub(lambda match: KINDS[match[1]](match[2]), text)
