"""How it is set on paper: facts to HTML, HTML to PDF/A."""
