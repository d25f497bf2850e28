"""Builds on what was taken away, so it waits too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("messages", "0002_take_away")]
    operations = [migrations.RunSQL("ALTER TABLE called ALTER COLUMN words SET NOT NULL")]
