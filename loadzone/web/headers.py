"""Headers that every answer carries, so that a browser does nothing with it that was not meant."""

from typing import Final

from tornado.web import RequestHandler

API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"

SECURITY: Final = {
    "Server": "LoadZone",
    "Content-Security-Policy": API_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def set_security_headers(handler: RequestHandler, policy: str = API_POLICY, cache: str = "no-store") -> None:
    """Set the headers on an answer; `policy` is its Content-Security-Policy, `cache` its Cache-Control."""
    for name, value in SECURITY.items():
        handler.set_header(name, value)
    handler.set_header("Content-Security-Policy", policy)
    handler.set_header("Cache-Control", cache)
