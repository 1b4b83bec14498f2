"""What a household's file says: read from the database into frozen values."""
