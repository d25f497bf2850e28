"""What a warning's own words point to, where the operator has trained it. It only suggests."""

from pathlib import Path

from django.conf import settings

from ..models import Case, FraudType
from ..rules.suggesting import Model, load, suggest
from .cases import warnings_of
from .policy import type_names

_kept: dict[tuple[Path, float], Model] = {}


def suggested(case: Case) -> FraudType | None:
    """The type the words of its warnings point to, where that is another than they came with."""
    model, types = _model(), type_names()
    if model is None:
        return None
    words = " ".join(one.words for one in warnings_of(case.matter_id) if one.words)
    code = suggest(model, words) if words else None
    return types.get(code) if code and code != case.type_code else None


def _model() -> Model | None:
    path = Path(settings.DATA) / "fraud" / "suggestions.json"
    try:
        key = (path, path.stat().st_mtime)
    except OSError:
        return None  # nobody has trained it here
    if key not in _kept:
        _kept.clear()
        _kept[key] = load(path)
    return _kept[key]
