"""A fleet of phones, people and reviewers against the real application: nothing is ever lost.

`machine.py` draws what happens; everything else is written to be read on its own:

`server.py`     the application on a database that can be put back to its beginning or to a backup
`phone.py`      a model phone: drafts, outbox, sent for 90 days, rows; what it shows, what it sends
`doorstep.py`   filling a form as the phone's form engine does, from what is shown
`office.py`     the reviewers' acts and the township's rosters
`ledger.py`     what every phone recorded and was told to be safe
`truth.py`      the invariants: nothing lost or doubled, every phone shows the server's registers
`causality.py`  the invariant of the merge, read off the rules: nothing is replaced unseen
`story.py`      what happened, in sentences, printed when an invariant breaks
"""
