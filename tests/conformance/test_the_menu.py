"""The menu of the whole: what the shell brings and what every domain adds to it."""

from collections import defaultdict
from string import ascii_lowercase

from watchroom.desk import menu
from watchroom.kernel.registry import registry

ENTRIES = [*menu.OWN, *(item for domain in registry.domains.values() for item in domain.menu)]


def test_no_two_entries_of_the_menu_share_a_key() -> None:
    routes = defaultdict(list)
    for item in ENTRIES:
        if item.key:
            routes[item.key].append(item.route)
    assert {key: found for key, found in routes.items() if len(found) > 1} == {}


def test_a_key_of_the_menu_is_one_small_letter() -> None:
    keys = {item.key for item in ENTRIES if item.key}
    assert keys <= set(ascii_lowercase)
