"""What is measured, each on the whole product as it is installed; `make bench` prints JSON lines."""
