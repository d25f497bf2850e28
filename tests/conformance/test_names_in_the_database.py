"""Names that all domains share in one database: two domains must never take the same one."""

import re
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.core.checks import run_checks

OURS = [app for app in apps.get_app_configs() if app.name.startswith("watchroom.")]
FUNCTION = re.compile(r"\bCREATE\s+(?:OR\s+REPLACE\s+)?FUNCTION\s+(\w+)", re.IGNORECASE)
INDEX = re.compile(r"\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(\w+)", re.IGNORECASE)


def written(app: AppConfig) -> str:
    """All SQL that the app's migrations run as we wrote it."""
    folder = Path(app.path) / "migrations"
    return "\n".join(p.read_text("utf-8") for p in sorted(folder.glob("*")) if p.is_file())


@pytest.mark.parametrize("app", OURS, ids=lambda app: app.label)
def test_a_function_is_named_after_its_app(app: AppConfig) -> None:
    """A second function of a name breaks the migration of every domain after it."""
    strange = [name for name in FUNCTION.findall(written(app)) if not _of(name, app)]
    assert strange == []


def _of(name: str, app: AppConfig) -> bool:
    return name.startswith(f"{app.label}_")


def test_no_index_is_named_twice() -> None:
    names = [name for app in OURS for name in INDEX.findall(written(app))]
    names += [
        index.name
        for app in OURS
        for model in app.get_models()
        for index in (*model._meta.indexes, *model._meta.constraints)
    ]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_models_have_no_complaint() -> None:
    assert run_checks() == []
