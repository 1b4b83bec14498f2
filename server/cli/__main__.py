"""`python -m server.cli`, the same as `yihu`."""

from server.cli import main

main()
