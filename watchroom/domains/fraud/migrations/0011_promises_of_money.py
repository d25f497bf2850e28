"""The promises PostgreSQL keeps about measures and money; the SQL is in the open beside this."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "money.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("fraud", "0010_measures")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
