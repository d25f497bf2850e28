
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0002_promises'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Scheme',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='appraisal_scheme', serialize=False, to='kernel.matter')),
                ('level', models.CharField(max_length=24)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('scheme', models.JSONField()),
                ('refusals', models.JSONField(default=list)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('since__lte', models.F('until'))), name='scheme_ends_after_it_begins')],
            },
        ),
    ]
