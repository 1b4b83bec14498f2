"""The phone's own tus client against this server, over a real socket."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from server.attachments import store
from server.config import Settings
from tests.attachments.photos import Uploader, a_photo, sha256_of

NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_upload_cut_off_in_the_middle_goes_on_there(
    app: Flask, address: str, settings: Settings
) -> None:
    photo = a_photo(800, 600)
    phone = Uploader(app.test_client()).device
    done = subprocess.run(
        [
            NODE,
            str(Path(__file__).with_name("tus_client.mjs")),
            f"{address}/api/v1/attachments",
            phone.token,
            sha256_of(photo),
        ],
        input=photo,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    said = json.loads(done.stdout)
    assert 48 * 1024 < said["resumedFrom"] < len(photo)
    assert store.path_of(settings.files, sha256_of(photo)).read_bytes() == photo
