import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0002_promises'),
    ]

    operations = [
        migrations.CreateModel(
            name='Item',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='lost_property_item', serialize=False, to='kernel.matter')),
                ('category', models.CharField(max_length=12)),
                ('shelf', models.CharField(blank=True, max_length=40)),
                ('finder', models.CharField(blank=True, max_length=64)),
                ('finder_phone', models.CharField(blank=True, max_length=32)),
                ('claimant', models.CharField(blank=True, max_length=64)),
                ('proof', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('category__in', ('papers', 'money', 'phone', 'bag', 'vehicle', 'other'))), name='lost_item_category_known')],
            },
        ),
    ]
