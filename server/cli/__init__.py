"""The command line `yihu`: what an administrator does without a browser."""

from server.cli.commands import main

__all__ = ["main"]
