"""Corrections: which submissions stand in one another's place, and which of them counts."""

from collections import defaultdict
from collections.abc import Mapping

from server.merge.statements import Reading, Version


class Chains:
    """The records that submissions are versions of.

    A chain is named by its original, also while that has not arrived yet.
    """

    def __init__(self, versions: Mapping[str, Version]) -> None:
        self._versions = versions
        self._replaces = _without_cycles(versions)
        self._corrections: dict[str, list[str]] = defaultdict(list)
        for submission, replaced in self._replaces.items():
            self._corrections[replaced].append(submission)
        self._originals: dict[str, str] = {}

    def __contains__(self, submission: str) -> bool:
        return submission in self._versions

    def original(self, submission: str) -> str:
        """The chain that a submission belongs to; its own, when nothing is known of it."""
        if submission not in self._originals:
            self._originals[submission] = self.path(submission)[0]
        return self._originals[submission]

    def path(self, submission: str) -> list[str]:
        """The versions from the original to this one."""
        path = [submission]
        while (replaced := self._replaces.get(path[-1])) is not None:
            path.append(replaced)
        return path[::-1]

    def depth(self, submission: str) -> tuple[int, str]:
        """A key by which the later of two versions is the greater."""
        return len(self.path(submission)), submission

    def counted(self, original: str, reading: Reading) -> str | None:
        """The version that counts: the last not rejected; over an approved one, the last approved.

        Of two corrections of one version the office's goes first, then the greater id; `forks`
        tells of them.
        """
        members = self._with_corrections(original)
        eligible = {m for m in members if self._standing(m) == "approved"}
        if not eligible and reading == "live":
            eligible = {m for m in members if self._standing(m) == "pending"}
        if not eligible:
            return None
        leads_to_eligible = {step for version in eligible for step in self.path(version)}
        version = original
        while branches := leads_to_eligible.intersection(self._corrections.get(version, ())):
            version = max(branches, key=lambda branch: (self._versions[branch].office, branch))
        return version

    def forks(self) -> dict[str, tuple[str, ...]]:
        """Each version with several corrections that still stand, and those corrections."""
        return {
            replaced: tuple(branches)
            for replaced, corrections in sorted(self._corrections.items())
            if len(branches := sorted(c for c in corrections if self._still_stands(c))) > 1
        }

    def _still_stands(self, submission: str) -> bool:
        return any(self._standing(m) != "rejected" for m in self._with_corrections(submission))

    def _standing(self, submission: str) -> str:
        version = self._versions.get(submission)
        return version.standing if version else "rejected"

    def _with_corrections(self, submission: str) -> list[str]:
        members = [submission]
        for member in members:
            members.extend(self._corrections.get(member, ()))
        return members


def forked_chains(versions: Mapping[str, Version]) -> dict[str, tuple[str, ...]]:
    """Versions with two or more corrections not rejected: each is a task for the office.

    Returns the corrected submission's id with the ids of its corrections, sorted.
    """
    return Chains(versions).forks()


def _without_cycles(versions: Mapping[str, Version]) -> dict[str, str]:
    """What replaces what; a ring, which only a broken client can send, is cut at its least id."""
    replaces = {v.submission: v.replaces for v in versions.values() if v.replaces is not None}
    done: set[str] = set()
    for start in sorted(replaces):
        trail: list[str] = []
        step: str | None = start
        while step is not None and step not in done and step not in trail:
            trail.append(step)
            step = replaces.get(step)
        if step in trail:
            replaces.pop(min(trail[trail.index(step) :]))
        done.update(trail)
    return replaces
