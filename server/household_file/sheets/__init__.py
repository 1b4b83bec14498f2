"""Sheets made of the same facts as the file: cards, accounts, ledgers, public lists, notices."""
