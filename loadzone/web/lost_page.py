"""What stands at an address that is none: a problem for programs, as everywhere, and a page for people."""

from typing import Final

from tornado.httputil import HTTPServerRequest

from loadzone.web.pages import Form, FormHandler
from loadzone.web.problems import RequestRefused

NOT_FOUND: Final = 404


def navigates(request: HTTPServerRequest) -> bool:
    """Tell whether a browser shows a person the answer as a page.

    Only browsers say so, and under plain HTTP only by asking for a safer address; a program that merely takes HTML
    does not.
    """
    headers = request.headers
    asks_for_page = request.method in ("GET", "HEAD") and "text/html" in headers.get("Accept", "")
    mode = headers.get("Sec-Fetch-Mode")
    return asks_for_page and (
        mode == "navigate" if mode is not None else headers.get("Upgrade-Insecure-Requests") == "1"
    )


class LostPage(FormHandler):
    """Answers unknown paths."""

    def prepare(self) -> None:
        """Refuse whatever the method is, unless a person is to read it."""
        if not navigates(self.request):
            raise RequestRefused(NOT_FOUND, "path_not_found")
        self.set_status(NOT_FOUND)

    def form(self) -> Form:
        """Return the notice, with the way to the fleet."""
        return Form(title="lost", notes=("lost-note",), links=(("/", "to-fleet"),))
