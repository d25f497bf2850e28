
import django.contrib.postgres.fields
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
            name='DutyPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(max_length=8)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('radius_m', models.FloatField(default=150)),
                ('outline', models.JSONField(blank=True, null=True)),
                ('secret', models.CharField(max_length=32, unique=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duty_posts', to='kernel.agency')),
            ],
            options={
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='coverage_plan', serialize=False, to='kernel.matter')),
                ('kind', models.CharField(max_length=8)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('in_force', models.BooleanField(default=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.agency')),
            ],
        ),
        migrations.CreateModel(
            name='PlanLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('strength', models.PositiveSmallIntegerField(default=1)),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('partner', models.CharField(blank=True, max_length=80)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='coverage.plan')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='coverage.dutypost')),
                ('staff', models.ManyToManyField(related_name='coverage_lines', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.unit')),
            ],
        ),
        migrations.CreateModel(
            name='PlanningRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=8)),
                ('asked', models.JSONField()),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('progress', models.JSONField(default=dict)),
                ('stop', models.BooleanField(default=False)),
                ('answer', models.JSONField(null=True)),
                ('said', models.JSONField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('begun_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.agency')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.apitoken')),
                ('basis', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='played', to='coverage.planningrun')),
            ],
            options={
                'ordering': ('-asked_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='coverage_posting', serialize=False, to='kernel.matter')),
                ('day', models.DateField()),
                ('starts_at', models.DateTimeField(db_index=True)),
                ('ends_at', models.DateTimeField(db_index=True)),
                ('strength', models.PositiveSmallIntegerField()),
                ('handover', models.TextField(blank=True)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='coverage.planline')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='coverage.dutypost')),
            ],
        ),
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='coverage_inspection', serialize=False, to='kernel.matter')),
                ('seen', models.PositiveSmallIntegerField(null=True)),
                ('finding', models.CharField(blank=True, max_length=12)),
                ('words', models.TextField(blank=True)),
                ('remedy', models.TextField(blank=True)),
                ('inspector', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='coverage.dutypost')),
                ('posting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='coverage.posting')),
            ],
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('planned', models.BooleanField(default=True)),
                ('in_at', models.DateTimeField(null=True)),
                ('in_how', models.CharField(blank=True, max_length=8)),
                ('in_metres', models.FloatField(null=True)),
                ('out_at', models.DateTimeField(null=True)),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='coverage.posting')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='presences', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_hour', models.PositiveSmallIntegerField(default=0)),
                ('to_hour', models.PositiveSmallIntegerField(default=24)),
                ('minimum', models.PositiveSmallIntegerField()),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='coverage.plan')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coverage.dutypost')),
            ],
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=40)),
                ('name_en', models.CharField(blank=True, max_length=60)),
                ('starts', models.TimeField()),
                ('ends', models.TimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duty_shifts', to='kernel.agency')),
            ],
            options={
                'ordering': ('starts', 'code'),
            },
        ),
        migrations.AddField(
            model_name='planline',
            name='shift',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='coverage.shift'),
        ),
        migrations.CreateModel(
            name='Tiers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('basis', models.CharField(max_length=8)),
                ('limits', models.JSONField()),
                ('agency', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='coverage_tiers', to='kernel.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.PositiveSmallIntegerField()),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='coverage.planline')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('day', 'pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='dutypost',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('duty', 'quick', 'school', 'gate', 'joint', 'zone'))), name='post_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='dutypost',
            constraint=models.CheckConstraint(condition=models.Q(('radius_m__gte', 10), ('radius_m__lte', 2000)), name='post_radius_sensible'),
        ),
        migrations.AddConstraint(
            model_name='dutypost',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'zone'), ('outline__isnull', False)), models.Q(('kind', 'zone'), _negated=True), _connector='OR'), name='zone_has_outline'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('in_force', True)), fields=('agency', 'kind'), name='one_plan_in_force'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('daily', 'night', 'school', 'joint', 'event'))), name='plan_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='plan_ends_after_it_starts'),
        ),
        migrations.AddIndex(
            model_name='planningrun',
            index=models.Index(fields=['agency', '-asked_at'], name='planning_runs_of_agency'),
        ),
        migrations.AddConstraint(
            model_name='planningrun',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'running', 'done', 'refused', 'failed'))), name='run_state_known'),
        ),
        migrations.AddConstraint(
            model_name='planningrun',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ('posts', 'play', 'zones', 'roster'))), name='run_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='planningrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('answer__isnull', False), _connector='OR'), name='done_run_has_answer'),
        ),
        migrations.AddConstraint(
            model_name='planningrun',
            constraint=models.CheckConstraint(condition=models.Q(('asked_by', None), ('asked_with', None), _connector='XOR'), name='run_asked_for_by_one'),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(fields=['post', 'starts_at'], name='postings_of_a_post'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(fields=('line', 'day'), name='one_posting_a_day'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='posting_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='inspection',
            constraint=models.CheckConstraint(condition=models.Q(('finding__in', ('', 'absent', 'short', 'late', 'equipment', 'conduct', 'records', 'place', 'other'))), name='inspection_finding_known'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(condition=models.Q(('out_at', None)), fields=('posting', 'staff'), name='once_at_a_posting'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(condition=models.Q(('in_at__isnull', False), ('out_at', None)), fields=('staff',), name='one_post_a_person'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.CheckConstraint(condition=models.Q(('out_at', None), ('out_at__gte', models.F('in_at')), _connector='OR'), name='out_after_in'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.CheckConstraint(condition=models.Q(('in_how__in', ('', 'position', 'qr', 'desk'))), name='check_in_how_known'),
        ),
        migrations.AddConstraint(
            model_name='requirement',
            constraint=models.CheckConstraint(condition=models.Q(('from_hour__lt', models.F('to_hour')), ('to_hour__lte', 24)), name='requirement_hours_in_order'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('agency', 'code'), name='shift_once_an_agency'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.UniqueConstraint(fields=('plan', 'post', 'shift'), name='post_and_shift_once'),
        ),
        migrations.AddConstraint(
            model_name='planline',
            constraint=models.CheckConstraint(condition=models.Q(('strength__gte', 1), ('strength__lte', 500)), name='line_strength_sensible'),
        ),
        migrations.AddConstraint(
            model_name='tiers',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ('place', 'force', 'urgency'))), name='tier_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='turn',
            constraint=models.UniqueConstraint(fields=('line', 'day', 'staff'), name='turn_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='turn',
            constraint=models.CheckConstraint(condition=models.Q(('day__gte', 1), ('day__lte', 7)), name='turn_day_known'),
        ),
    ]
