"""What a server loads before it knows what it serves; imported only where servers are forked from."""

from loadzone import server
from loadzone.cli import serve
from loadzone.i18n import LANGUAGES, texts

__all__ = ["serve", "server"]

for lang in LANGUAGES:
    texts(lang, "")
