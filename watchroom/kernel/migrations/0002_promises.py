"""The promises PostgreSQL keeps itself; the SQL is in the open beside this file."""

from pathlib import Path

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

HERE = Path(__file__).parent
PROMISES = (HERE / "promises.sql").read_text(encoding="utf-8")
FIGURES = (HERE / "figures.sql").read_text(encoding="utf-8")
SEARCH = (HERE / "search.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_tables")]
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(PROMISES, migrations.RunSQL.noop),
        migrations.RunSQL(FIGURES, migrations.RunSQL.noop),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
    ]
