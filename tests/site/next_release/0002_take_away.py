"""Takes away what the old release writes to."""

from django.db import migrations


class Migration(migrations.Migration):
    after = True
    dependencies = [("messages", "0001_add")]
    operations = [
        migrations.RunSQL("UPDATE called SET words = said WHERE words IS NULL"),
        migrations.RunSQL("ALTER TABLE called DROP COLUMN said"),
    ]
