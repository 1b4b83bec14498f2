"""The instance with a second version of the app in hand: a service worker that differs."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

#: What belongs to one connection only, and is said anew on the next.
ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
#: What would let the instance answer without the whole file.
WITHOUT_CONTENT = {"accept-encoding", "if-none-match", "if-modified-since"}


class Forwarding(ThreadingHTTPServer):
    """Passes everything on to the instance; `newer` adds a line to the service worker."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Forward)
        self.behind = urlsplit(behind).netloc
        self.newer = False

    @property
    def url(self) -> str:
        """Where phones find it."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Forward(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Forwarding

    def handle_one_request(self) -> None:
        """Whatever is asked, ask it behind."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        newer = self.server.newer and self.path.startswith("/sw.js")
        dropped = ONE_HOP | WITHOUT_CONTENT if newer else ONE_HOP
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        headers = {name: said for name, said in self.headers.items() if name.lower() not in dropped}
        with closing(HTTPConnection(self.server.behind, timeout=60)) as behind:
            behind.request(self.command, self.path, body, headers)
            answer = behind.getresponse()
            content = answer.read() + (b"\n// a newer version\n" if newer else b"")
            self._answer(answer.status, answer.getheaders(), content)

    def _answer(self, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, said in headers:
            if name.lower() not in ONE_HOP:
                self.send_header(name, said)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def app_with_a_newer_version(behind: str) -> Iterator[Forwarding]:
    """Serve an instance once more, with the second version held back until `newer` is set."""
    server = Forwarding(behind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
