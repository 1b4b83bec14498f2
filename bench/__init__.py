"""What is measured, on the whole product as installed; `make bench` prints JSON lines."""
