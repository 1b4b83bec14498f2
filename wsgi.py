"""The WSGI entry point that gunicorn loads."""

from server import create_app

app = create_app()
