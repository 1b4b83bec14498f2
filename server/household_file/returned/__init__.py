"""Paper that comes back: scanned pages find their household and document and stand in the file."""
