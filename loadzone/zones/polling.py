"""The feed's line where a proxy lets no websocket through: socket.io over plain requests.

It is used as a websocket is, so that what reads the feed need not know which of the two it has.
"""

import json
import socket
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from websocket import WebSocketConnectionClosedException

_SEPARATOR: Final = "\x1e"
_OK: Final = 200


class PollingLine:
    """One client of the feed of the server at `url`; raises OSError or WebSocketException when the line breaks."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout: float) -> None:
        self._to = urlsplit(url)
        self._headers = dict(headers)
        self._path = f"{self._to.path}/socket.io/?EIO=4&transport=polling"
        self._timeout = self._send_timeout = timeout
        self._unread: deque[str] = deque()
        self._poll: HTTPConnection | None = None
        self._over = False

    def recv(self) -> str:
        """Return the next packet; waits for one."""
        while not self._unread:
            opening = "sid=" not in self._path
            self._unread.extend(self._polled().split(_SEPARATOR))
            if opening:
                # engine.io's name for this client stands in the first packet.
                self._path += f"&sid={json.loads(self._unread[0][1:])['sid']}"
        return self._unread.popleft()

    def send(self, packet: str) -> None:
        """Send a packet."""
        connection = self._connection(self._send_timeout)
        try:
            self._answer(connection, "POST", packet)
        finally:
            connection.close()

    def settimeout(self, seconds: float) -> None:
        """Give the line up when nothing came for so long."""
        self._timeout = seconds

    def abort(self) -> None:
        """Wake the thread that waits for a packet."""
        self._over = True
        waiting = None if self._poll is None else self._poll.sock
        if waiting is not None:
            # It may have come to its end already.
            with suppress(OSError):
                waiting.shutdown(socket.SHUT_RDWR)

    def shutdown(self) -> None:
        """Do nothing more: each request has closed its connection."""

    def _polled(self) -> str:
        self._poll = connection = self._connection(self._timeout)
        try:
            if self._over:
                raise WebSocketConnectionClosedException("the line was closed")
            return self._answer(connection, "GET", None)
        finally:
            self._poll = None
            connection.close()

    def _connection(self, timeout: float) -> HTTPConnection:
        kind = HTTPSConnection if self._to.scheme == "https" else HTTPConnection
        return kind(self._to.hostname or "", self._to.port, timeout=timeout)

    def _answer(self, connection: HTTPConnection, method: str, body: str | None) -> str:
        try:
            connection.request(method, self._path, body, self._headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (HTTPException, UnicodeDecodeError) as problem:
            raise WebSocketConnectionClosedException(str(problem)) from problem
        if answer.status != _OK:
            raise WebSocketConnectionClosedException(f"the server answered {answer.status}")
        self._keep_cookies(answer)
        return text

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        # By them the server knows that the one who polls is the one who began.
        given = [each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie", [])]
        if given:
            self._headers["Cookie"] = "; ".join(filter(None, [self._headers.get("Cookie", ""), *given]))
