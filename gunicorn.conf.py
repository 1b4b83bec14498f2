"""How gunicorn serves Yihu; every value can be changed by the environment (docs/settings.md)."""

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
