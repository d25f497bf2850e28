"""May come while the old release runs."""

from django.db import migrations


class Migration(migrations.Migration):
    operations = [migrations.RunSQL("ALTER TABLE called ADD COLUMN words text")]
