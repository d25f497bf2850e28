"""Write every page of the reference into a folder (default: docs/reference)."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
django.setup()

from watchroom.site.reference.pages import PAGES  # noqa: E402 - Django must be ready

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
folder.mkdir(parents=True, exist_ok=True)
for name, page in PAGES.items():
    (folder / name).write_text(page(), encoding="utf-8")
