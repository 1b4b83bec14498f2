"""Phones that cost next to nothing: each sends ready requests over one connection and counts."""

from __future__ import annotations

import json
import pickle
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field


@dataclass
class Told:
    """What one phone was answered: how long each request took, what did not succeed."""

    started: float = 0.0
    ended: float = 0.0
    seconds: list[float] = field(default_factory=list)
    stored: int = 0
    refused: list[str] = field(default_factory=list)


def send_all(address: tuple[str, int], requests: list[bytes]) -> Told:
    """Send requests one after the other over one connection."""
    told = Told(started=time.time())
    with socket.create_connection(address, timeout=120) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            began = time.perf_counter()
            connection.sendall(request)
            head, body = _answer(connection)
            told.seconds.append(time.perf_counter() - began)
            told.stored += body.count(b'"stored"')
            if b" 200 " not in head[:16] or body.count(b'"outcome"') != body.count(b'"stored"'):
                told.refused.append((head[:40] + body[:400]).decode("utf-8", "replace"))
    told.ended = time.time()
    return told


def _answer(connection: socket.socket) -> tuple[bytes, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("the server hung up")
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(one[15:]) for one in lines if one.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return head, body


def main() -> None:
    """Read (address, requests of each phone) from standard input, wait for a line, send."""
    plan: tuple[tuple[str, int], list[list[bytes]]] = pickle.load(sys.stdin.buffer)  # noqa: S301
    address, phones = plan
    with ThreadPoolExecutor(len(phones)) as pool:
        print("ready", flush=True)
        sys.stdin.buffer.readline()
        told = list(pool.map(lambda requests: send_all(address, requests), phones))
    print(json.dumps([asdict(one) for one in told]), flush=True)


if __name__ == "__main__":
    main()
