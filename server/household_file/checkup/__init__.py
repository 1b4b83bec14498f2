"""档案体检: what of a household's file would be sent back, found before it is printed."""
