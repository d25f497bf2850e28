"""Atom (RFC 4287) as an index of CAP messages: the newest first, each with where it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

NAMESPACE = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"


@dataclass(frozen=True, slots=True)
class Item:
    """One message: its id, in words, where it is."""

    id: str
    title: str
    summary: str
    href: str
    updated: datetime


def build(address: str, title: str, author: str, updated: datetime, items: Sequence[Item]) -> bytes:
    """The feed; `updated` is the moment of its newest item, or when there is none, of asking."""
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", updated.isoformat())
    _add(etree.SubElement(feed, f"{{{NAMESPACE}}}author"), "name", author)
    _link(feed, address, "self", "application/atom+xml")
    for item in items:
        entry = etree.SubElement(feed, f"{{{NAMESPACE}}}entry")
        _add(entry, "id", item.id)
        _add(entry, "title", item.title)
        _add(entry, "updated", item.updated.isoformat())
        _add(entry, "summary", item.summary)
        _link(entry, item.href, "alternate", CAP_TYPE)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _add(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = value


def _link(parent: etree._Element, href: str, rel: str, kind: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}link", href=href, rel=rel, type=kind)
