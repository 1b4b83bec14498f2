"""The door for other clients of this field (ODK Collect and its kin), same house inside."""
