"""How gunicorn serves Yihu; every value can be changed by the environment (docs/settings.md)."""

import gc
import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("YIHU_WEB_WORKERS", "2"))
threads = int(os.environ.get("YIHU_WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 20
keepalive = 15
max_requests = 20000
max_requests_jitter = 2000
errorlog = "-"
accesslog = None
loglevel = "warning"


def post_worker_init(_worker: object) -> None:
    """What was made at the start lives as long as the worker: do not look for it to be garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
