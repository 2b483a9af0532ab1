"""What people type, made clean: line ends, blanks at the ends, and the characters that no text may hold.

What is refused does not depend on the Unicode version of Python: a character that is not assigned yet may be an
emoji of next year. Only these are refused: control characters, the characters that reverse the direction of the
text around them, lone surrogates, and code points that never will be characters. Marks for a direction (LRM, RLM,
ALM), joiners, soft hyphens, spaces of every width and private use characters belong to ordinary texts.
"""

import codecs
import re
import unicodedata
from typing import Final

# C0 controls but for tab and line feed; C1 controls; bidirectional embeddings, overrides and isolates;
# surrogates; noncharacters.
_FORBIDDEN: Final = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff\\ufdd0-\\ufdef"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(17))
    + "]"
)
# Lines as spreadsheets and browsers part them. The other line breaks of Unicode are controls.
_LINE_END: Final = re.compile("\r\n?|[\u2028\u2029]")
_BLANKS: Final = re.compile("[ \t\n]+")
_SPACES: Final = (
    "\t\n \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff"
)
# Letters, marks and symbols that are drawn as nothing; then tags and variation selectors.
_DRAWN_AS_NOTHING: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_CATEGORIES_UNSEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})

# Normalising costs the square of the number of combining marks in a row.
NORMALISED_MAX: Final = 400


class NotUTF8(ValueError):
    """Bytes are no UTF-8 from `line` on; `utf16` tells that they say to be UTF-16."""

    def __init__(self, line: int, *, utf16: bool) -> None:
        super().__init__(f"line {line}")
        self.line = line
        self.utf16 = utf16


def decoded(content: bytes) -> str:
    """Return the text of a file that a person wrote, without its byte order mark; raises NotUTF8."""
    # Without its mark, UTF-16 of Latin letters is UTF-8 with zeros between them.
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content[:2]:
        raise NotUTF8(1, utf16=True)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise NotUTF8(content[: wrong.start].count(b"\n") + 1, utf16=False) from None


def lines(text: str) -> str:
    """Return a text of several lines as it is kept: lines end in LF, with nothing blank around the whole."""
    return _LINE_END.sub("\n", text).strip(_SPACES)


def one_line(text: str) -> str:
    """Return a text of one line as it is kept: line breaks, tabs and repeated spaces become one space."""
    return _BLANKS.sub(" ", lines(text))


def forbidden(text: str) -> re.Match[str] | None:
    """Find the first character that no text may hold."""
    return _FORBIDDEN.search(text)


def code_point(letter: str) -> str:
    """Return how Unicode calls a character: `U+202E`."""
    return f"U+{ord(letter):04X}"


def is_visible(text: str) -> bool:
    """Tell whether anything of a text can be seen: spaces, joiners and marks alone cannot."""
    return any(not is_invisible(letter) and unicodedata.category(letter)[0] != "M" for letter in text)


def is_invisible(letter: str) -> bool:
    """Tell whether a character leaves no trace of its own on a screen."""
    return unicodedata.category(letter) in _CATEGORIES_UNSEEN or _DRAWN_AS_NOTHING.match(letter) is not None


def same_name(name: str) -> str:
    """Return what two names have in common that a person would take for one.

    Case, width, composition, spaces and what cannot be seen make no difference.
    """
    if len(name) > NORMALISED_MAX:
        return name.casefold()
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(letter for letter in name if letter.isspace() or not is_invisible(letter)).split())


def for_terminal(text: str) -> str:
    """Return a text with what could steer a terminal as its code point."""
    return _FORBIDDEN.sub(lambda found: f"<{code_point(found[0])}>", text)


def for_json(encoded: str) -> str:
    """Return encoded JSON with what could steer a terminal as an escape, which means the same."""
    return _FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}" if found[0] <= "\uffff" else found[0], encoded)
