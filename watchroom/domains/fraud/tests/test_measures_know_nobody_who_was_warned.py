"""What is done to accounts knows nothing of who was warned, and refers to no warning."""

import ast
from pathlib import Path

from django.apps import apps
from django.db.models import Field, Model

WARNED = {"Contact", "Case", "Warning", "Window", "TakenBack", "Reject"}
"""The tables that know a person, a warning or a case."""
OF_ENFORCEMENT = {"Bank", "Account", "Measure", "Appeal", "BankOrder", "Restitution", "Objection"}


PARTS = ("actions/measures.py", "actions/orders.py", "queries/measures.py", "models/measures.py")


def _columns(model: type[Model]) -> list[Field]:  # type: ignore[type-arg]
    return [field for field in model._meta.get_fields() if isinstance(field, Field)]


def _targets(model: type[Model]) -> set[str]:
    """Names of this domain's tables that a table refers to."""
    found = {field.related_model for field in _columns(model) if field.related_model}
    return {one.__name__ for one in found if one._meta.app_label == "fraud"}  # type: ignore[union-attr]


def test_no_table_of_enforcement_refers_to_a_warning_or_to_who_was_warned() -> None:
    known = {model.__name__: model for model in apps.get_app_config("fraud").get_models()}
    assert set(known) >= WARNED | OF_ENFORCEMENT
    for name in OF_ENFORCEMENT:
        assert not _targets(known[name]) & WARNED, name
        assert "person" not in {field.name for field in _columns(known[name])}, name


def test_the_account_of_a_measure_is_typed_and_never_taken_from_who_was_warned() -> None:
    folder = Path(__file__).parents[1]
    for part in PARTS:
        tree = ast.parse((folder / part).read_text(encoding="utf-8"))
        named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        named |= {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
        assert not named & {"Contact", "Case", "Warning", "Window", "contact_of", "case_of"}, part
