"""Excel rosters: read, recognised, compared, imported and reported back."""
