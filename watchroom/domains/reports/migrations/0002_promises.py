"""The promises PostgreSQL keeps itself; the SQL is in the open beside this file."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "promises.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_tables")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
