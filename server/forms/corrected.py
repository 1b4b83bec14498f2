"""An instance with the server's results where the phone computed something else."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from lxml import etree

from server.forms.canonical import canonical
from server.forms.compute import Computed
from server.forms.instance import Instance


def corrected(instance: Instance, computed: Computed) -> Instance:
    """The same instance where both agree, as they nearly always do; else a copy.

    What only the phone can compute (`once(…)`, `uuid()`, `now()`) is left as it came.
    Source: docs/decisions/0018-the-servers-sum-is-written.md
    """
    wrong = [
        field
        for field in computed.fields
        if field.item.calculation is not None
        and canonical(field.given, "decimal") != canonical(field.value, "decimal")
    ]
    if not wrong:
        return instance
    root = deepcopy(instance.root)
    for field in wrong:
        _element(root, field.path).text = field.value
    return replace(instance, root=root)


def _element(root: etree._Element, path: str) -> etree._Element:
    """What stands at a path with rows; made where a group or the value itself was left out."""
    at = root
    for step in path.split("/")[2:]:
        name, _, number = step.partition("[")
        found = at.findall(name)
        at = (
            found[int(number.rstrip("]")) - 1]
            if number
            else (found[0] if found else etree.SubElement(at, name))
        )
    return at
