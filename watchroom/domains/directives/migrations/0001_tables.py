
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0002_promises'),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='directives_order', serialize=False, to='kernel.matter')),
                ('result', models.TextField(blank=True)),
                ('checked', models.PositiveIntegerField(null=True)),
                ('found', models.PositiveIntegerField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('found', None), ('found__lte', models.F('checked')), _connector='OR'), name='order_finds_what_it_checks')],
            },
        ),
        migrations.CreateModel(
            name='Directive',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='directives_directive', serialize=False, to='kernel.matter')),
                ('sort', models.CharField(max_length=12)),
                ('because_of', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.entry')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sort__in', ['task', 'cooperation'])), name='directive_sort_known')],
            },
        ),
    ]
