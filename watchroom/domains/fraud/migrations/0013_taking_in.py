"""The function that takes warnings in; the SQL is in the open beside this file."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "taking_in.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("fraud", "0012_promises")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
