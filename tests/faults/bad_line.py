"""A line between phones and server that cuts, delays, doubles and truncates."""

from __future__ import annotations

import random
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["none", "slow", "cut request", "cut reply", "lost reply", "double", "truncate"]
FAULTS: tuple[Fault, ...] = (
    "none", "none", "none", "slow", "cut request", "cut reply", "lost reply", "double", "truncate",
)  # fmt: skip
HEAD_END = b"\r\n\r\n"
PATIENCE_S = 30


@dataclass
class BadLine:
    """A proxy that takes one request a connection and lets something happen to it.

    happened: how often each fault was met.
    """

    server: tuple[str, int]
    seed: int
    happened: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address: tuple[str, int] = self._listening.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(phone,), daemon=True).start()

    def _serve(self, phone: socket.socket) -> None:
        with self._lock:
            fault = self._chance.choice(FAULTS)
            share = self._chance.random()
            self.happened[fault] = self.happened.get(fault, 0) + 1
        with phone, suppress(OSError, ValueError):
            phone.settimeout(PATIENCE_S)
            request = _whole_request(phone)
            if fault == "cut request":
                self._send(request[: int(len(request) * share)])
            elif fault == "truncate":
                self._send(_truncated(request, share))
            elif fault == "lost reply":
                self._exchange(request)
            else:
                self._deliver(phone, request, fault, share)

    def _deliver(self, phone: socket.socket, request: bytes, fault: Fault, share: float) -> None:
        if fault == "slow":
            time.sleep(share)
        reply = self._exchange(request)
        if fault == "double":
            reply = self._exchange(request)
        if fault == "cut reply":
            reply = reply[: int(len(reply) * share)]
        phone.sendall(reply)

    def _exchange(self, request: bytes) -> bytes:
        """Send a whole request; the whole reply."""
        with socket.create_connection(self.server, timeout=PATIENCE_S) as upstream:
            upstream.sendall(request)
            return b"".join(iter(lambda: upstream.recv(65536), b""))

    def _send(self, part: bytes) -> None:
        """Send what there is and hang up."""
        with socket.create_connection(self.server, timeout=PATIENCE_S) as upstream:
            upstream.sendall(part)


def _whole_request(phone: socket.socket) -> bytes:
    data = b""
    while HEAD_END not in data:
        data += _some(phone)
    head, _, body = data.partition(HEAD_END)
    while len(body) < _length(head):
        body += _some(phone)
    return head + HEAD_END + body


def _some(phone: socket.socket) -> bytes:
    if part := phone.recv(65536):
        return part
    raise ValueError("the phone hung up")


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _truncated(request: bytes, share: float) -> bytes:
    """The same request with a shorter body that claims to be all of it."""
    head, _, body = request.partition(HEAD_END)
    kept = body[: int(len(body) * share)]
    lines = [
        b"Content-Length: %d" % len(kept) if line.lower().startswith(b"content-length:") else line
        for line in head.split(b"\r\n")
    ]
    return b"\r\n".join(lines) + HEAD_END + kept
