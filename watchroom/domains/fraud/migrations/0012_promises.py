"""The promises PostgreSQL keeps itself; the SQL is in the open beside this file."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "promises.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("fraud", "0011_promises_of_money")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
