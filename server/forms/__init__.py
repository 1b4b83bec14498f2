"""XLSForms into published form versions; checking and reading filled forms."""
