"""The same work on peers that PyPI and npm carry, measured in turns with ours."""
