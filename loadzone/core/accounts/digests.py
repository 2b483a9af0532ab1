"""What is kept of a secret instead of the secret."""

import hashlib

from loadzone.core.passwords import plain_bytes


def digest_of(secret: str) -> str:
    """Return under what a session, token or invite stands in the file; of a session it is also the id."""
    # A random secret of 256 bits needs no slow hash: there is nothing to guess.
    return hashlib.sha256(plain_bytes(secret)).hexdigest()


def id_of_token(digest: str) -> str:
    """Return by what a token is called where it is shown."""
    return digest[:12]
