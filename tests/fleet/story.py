"""What happened, in sentences: printed with the seed when an invariant breaks."""

from __future__ import annotations

from collections.abc import Iterable


class Story:
    """Numbered sentences, with short names for long ids."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def tell(self, who: str, what: str) -> None:
        """One more sentence."""
        self.lines.append(f"{len(self.lines) + 1:3}. {who} {what}")

    def name(self, long_id: str, kind: str = "record") -> str:
        """A short name, the same every time; made on first use."""
        if long_id not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[long_id] = f"{kind}-{self._counts[kind]}"
        return self._names[long_id]

    def names(self, long_ids: Iterable[str], kind: str = "record") -> str:
        """Short names, joined; “nothing” for none."""
        return ", ".join(self.name(one, kind) for one in long_ids) or "nothing"

    def __str__(self) -> str:
        names = "\n".join(f"     {short} = {long}" for long, short in self._names.items())
        return "\n".join(["What happened:", *self.lines, "Who is who:", names])
