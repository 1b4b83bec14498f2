"""A line that hangs up in the middle of what a client sends, again and again."""

from __future__ import annotations

import random
import socket
import threading
from contextlib import suppress


class CuttingLine:
    """A proxy that passes bytes on as they come and cuts each connection after some of them.

    cuts: how many connections were cut. mercy: after so many cuts the line holds.
    """

    def __init__(
        self, server: tuple[str, int], seed: int, *, least: int, most: int, mercy: int
    ) -> None:
        self.cuts = 0
        self._server, self._least, self._most, self._mercy = server, least, most, mercy
        self._chance = random.Random(seed)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=16)
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
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        allowed = self._chance.randint(self._least, self._most)
        with client, suppress(OSError), socket.create_connection(self._server) as server:
            back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            back.start()
            while part := client.recv(8192):
                if self.cuts < self._mercy and len(part) > allowed:
                    self.cuts += 1
                    server.sendall(part[:allowed])
                    for side in (server, client):  # closing alone would not wake who reads there
                        side.shutdown(socket.SHUT_RDWR)
                    return
                allowed -= len(part)
                server.sendall(part)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
