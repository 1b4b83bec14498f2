"""One household's printed file (一户一档): gather what is known, lay it out, make the PDF."""
