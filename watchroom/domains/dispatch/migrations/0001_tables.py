
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
            name='ClassList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=32, unique=True)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('imported_at', models.DateTimeField()),
                ('in_force', models.BooleanField(default=False)),
                ('imported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='dispatch_incident', serialize=False, to='kernel.matter')),
                ('priority_reason', models.JSONField(blank=True, default=dict)),
                ('place_typed', models.CharField(blank=True, max_length=240)),
                ('channel', models.CharField(default='voice', max_length=12)),
                ('callback', models.CharField(blank=True, max_length=32)),
                ('caller_name', models.CharField(blank=True, max_length=64)),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('disposition', models.CharField(blank=True, max_length=40)),
                ('disposition_words', models.TextField(blank=True)),
                ('feedback', models.TextField(blank=True)),
                ('fed_back_at', models.DateTimeField(null=True)),
                ('first_on_scene_at', models.DateTimeField(null=True)),
                ('external_id', models.CharField(max_length=64, null=True, unique=True)),
                ('duplicate_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='dispatch.incident')),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='dispatch.incident')),
            ],
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.JSONField()),
                ('reason', models.TextField()),
                ('handed_at', models.DateTimeField()),
                ('receipt', models.CharField(blank=True, max_length=120)),
                ('receipt_at', models.DateTimeField(null=True)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('counterpart', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.counterpart')),
                ('handed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='dispatch.incident')),
            ],
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(blank=True, max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('result', models.CharField(blank=True, max_length=24)),
                ('words', models.TextField(blank=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='dispatch.incident')),
            ],
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number_dialled', models.CharField(blank=True, default='110', max_length=16)),
                ('caller', models.CharField(blank=True, max_length=32)),
                ('channel', models.CharField(default='voice', max_length=12)),
                ('words', models.TextField(blank=True)),
                ('place_typed', models.CharField(blank=True, max_length=240)),
                ('received_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('entered_at', models.DateTimeField()),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='dispatch.incident')),
            ],
            options={
                'ordering': ('received_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='dispatch_assignment', serialize=False, to='kernel.matter')),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('holding', models.BooleanField(default=False)),
                ('stack_order', models.PositiveSmallIntegerField(null=True)),
                ('travel_seconds', models.FloatField(null=True)),
                ('by_road', models.BooleanField(default=False)),
                ('position_age_s', models.FloatField(null=True)),
                ('rank', models.PositiveSmallIntegerField(null=True)),
                ('reasons', models.JSONField(blank=True, default=list)),
                ('queued_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('set_out_at', models.DateTimeField(null=True)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('not_recorded', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None)),
                ('replaced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='dispatch.assignment')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='kernel.unit')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='dispatch.incident')),
            ],
        ),
        migrations.CreateModel(
            name='IncidentClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24)),
                ('parent', models.CharField(blank=True, max_length=24)),
                ('zh', models.CharField(max_length=80)),
                ('en', models.CharField(max_length=120)),
                ('group', models.CharField(max_length=40)),
                ('priority', models.PositiveSmallIntegerField()),
                ('response_plan', models.JSONField(blank=True, default=dict)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('gat_code', models.CharField(blank=True, max_length=24)),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('class_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='classes', to='dispatch.classlist')),
            ],
        ),
        migrations.AddField(
            model_name='incident',
            name='incident_class',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='dispatch.incidentclass'),
        ),
        migrations.CreateModel(
            name='PlaceSuggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=12)),
                ('label', models.CharField(blank=True, max_length=240)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('accuracy_m', models.FloatField(null=True)),
                ('offered_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suggestions', to='dispatch.incident')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='PremiseNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('radius_m', models.FloatField(default=50)),
                ('kind', models.CharField(default='hazard', max_length=16)),
                ('words', models.CharField(max_length=400)),
                ('made_at', models.DateTimeField()),
                ('valid_until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.agency')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PublicAlert',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='dispatch_alert', serialize=False, to='kernel.matter')),
                ('event', models.JSONField()),
                ('headline', models.JSONField()),
                ('description', models.JSONField()),
                ('instruction', models.JSONField()),
                ('area', models.JSONField()),
                ('category', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None)),
                ('urgency', models.CharField(max_length=12)),
                ('severity', models.CharField(max_length=12)),
                ('certainty', models.CharField(max_length=12)),
                ('response', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None)),
                ('status', models.CharField(default='Actual', max_length=12)),
                ('valid', models.CharField(max_length=4)),
                ('rings', models.JSONField()),
                ('issued_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='dispatch.publicalert')),
            ],
        ),
        migrations.CreateModel(
            name='AlertMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=48, unique=True)),
                ('sender', models.CharField(max_length=120)),
                ('message', models.CharField(max_length=8)),
                ('sent_at', models.DateTimeField()),
                ('body', models.TextField()),
                ('alert', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='dispatch.publicalert')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='ReserveRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, max_length=24)),
                ('kept_for', models.PositiveSmallIntegerField(default=1)),
                ('minimum', models.PositiveSmallIntegerField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='kernel.agency')),
            ],
        ),
        migrations.CreateModel(
            name='ResponsePlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=40)),
                ('priority', models.PositiveSmallIntegerField()),
                ('needs', models.JSONField()),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='kernel.agency')),
            ],
        ),
        migrations.AddConstraint(
            model_name='classlist',
            constraint=models.UniqueConstraint(condition=models.Q(('in_force', True)), fields=('in_force',), name='dispatch_classlist_in_force'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at', None)), fields=('incident',), name='one_open_follow_up'),
        ),
        migrations.AddIndex(
            model_name='call',
            index=models.Index(fields=['caller', '-received_at'], name='calls_of_a_number'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ('voice', 'text', 'video', 'silent', 'walk_in', 'partner', 'officer'))), name='call_channel_known'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['unit'], name='unit_open_assignments'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('holding', True)), fields=('unit',), name='unit_on_one_assignment'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('incident', 'unit'), name='unit_once_an_incident'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('stack_order__isnull', False)), fields=('unit', 'stack_order'), name='one_place_in_the_queue'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('holding', False), ('ended_at', None), _connector='OR'), name='ended_holds_no_unit'),
        ),
        migrations.AddConstraint(
            model_name='incidentclass',
            constraint=models.UniqueConstraint(fields=('class_list', 'code'), name='class_once_a_version'),
        ),
        migrations.AddConstraint(
            model_name='incidentclass',
            constraint=models.CheckConstraint(condition=models.Q(('priority__gte', 1), ('priority__lte', 4)), name='class_priority_1_to_4'),
        ),
        migrations.AddIndex(
            model_name='premisenote',
            index=models.Index(fields=['lon', 'lat'], name='premise_note_at'),
        ),
        migrations.AddConstraint(
            model_name='premisenote',
            constraint=models.CheckConstraint(condition=models.Q(('radius_m__gt', 0), ('radius_m__lte', 1000)), name='premise_note_radius'),
        ),
        migrations.AddIndex(
            model_name='publicalert',
            index=models.Index(fields=['expires_at'], name='alert_in_force'),
        ),
        migrations.AddConstraint(
            model_name='reserverule',
            constraint=models.UniqueConstraint(fields=('agency', 'kind', 'kept_for'), name='one_reserve_rule'),
        ),
        migrations.AddConstraint(
            model_name='responseplan',
            constraint=models.UniqueConstraint(fields=('agency', 'group', 'priority'), name='one_plan_a_case', nulls_distinct=False),
        ),
    ]
