"""Makes pyxform's XForm light for phones: choices in place, no look-ups in other lists."""

import re

from lxml import etree

XF = "http://www.w3.org/2002/xforms"
JR = "http://openrosa.org/javarosa"
NS = {"xf": XF}
STATIC = re.compile(r"instance\('([^']+)'\)/root/item")
LOOKED_UP = ("/@baseVersion", "/@trunkVersion", "/@branchId")
QUOTED = re.compile(r'"([^"]*)"')


def chinese_quotes(text: str) -> str:
    """Curly quotes again; pyxform straightens them."""
    return QUOTED.sub(r"“\1”", text)


def prepare_xform(xform: str) -> str:
    """The XForm with static choices written where they are asked.

    A phone opens a form with 12 members in half the time so. The version look-ups that pyxform adds
    for entities need a list of all households in the form; what was shown travels beside it.
    """
    root = etree.fromstring(xform.encode())
    model = root.find(f".//{{{XF}}}model")
    if model is None:
        raise ValueError("no model in the XForm")
    for bind in model.findall(f"{{{XF}}}bind"):
        if bind.get("nodeset", "").endswith(LOOKED_UP):
            model.remove(bind)
        else:
            _restore_quotes_of_messages(bind)
    _inline_choices(root, model)
    for label in root.iter(f"{{{XF}}}label", f"{{{XF}}}hint"):
        if label.text:
            label.text = chinese_quotes(label.text)
    return etree.tostring(root, encoding="unicode")


def _restore_quotes_of_messages(bind: etree._Element) -> None:
    for name in (f"{{{JR}}}constraintMsg", f"{{{JR}}}requiredMsg"):
        if message := bind.get(name):
            bind.set(name, chinese_quotes(message))


def _inline_choices(root: etree._Element, model: etree._Element) -> None:
    lists = {
        instance.get("id", ""): instance
        for instance in model.findall(f"{{{XF}}}instance")
        if instance.get("id") and not instance.get("src")
    }
    for itemset in list(root.iter(f"{{{XF}}}itemset")):
        match = STATIC.fullmatch(itemset.get("nodeset", ""))
        if match and match[1] in lists and not _is_translated(lists[match[1]]):
            _replace(itemset, lists[match[1]])
    text = etree.tostring(root, encoding="unicode")
    for name, instance in lists.items():
        if f"instance('{name}')" not in text:
            model.remove(instance)


def _is_translated(instance: etree._Element) -> bool:
    """Whether the labels stand elsewhere, by language or with files."""
    return instance.find("xf:root/xf:item/xf:itextId", NS) is not None


def _replace(itemset: etree._Element, instance: etree._Element) -> None:
    control = itemset.getparent()
    if control is None:
        return
    place = control.index(itemset)
    control.remove(itemset)
    for offset, item in enumerate(instance.iterfind("xf:root/xf:item", NS)):
        inlined = etree.Element(f"{{{XF}}}item")
        for tag, source in (("label", "xf:label"), ("value", "xf:name")):
            etree.SubElement(inlined, f"{{{XF}}}{tag}").text = item.findtext(source, "", NS)
        control.insert(place + offset, inlined)
