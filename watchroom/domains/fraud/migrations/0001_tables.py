
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
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
            name='Contact',
            fields=[
                ('person', models.UUIDField(primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, max_length=64)),
                ('phone', models.CharField(blank=True, max_length=32)),
                ('id_number', models.CharField(blank=True, max_length=32)),
                ('address', models.CharField(blank=True, max_length=240)),
                ('lon', models.FloatField(null=True)),
                ('lat', models.FloatField(null=True)),
                ('keep_until', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('erased_at', None)), fields=['keep_until'], name='contact_to_erase')],
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(max_length=12)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='fraud_case', serialize=False, to='kernel.matter')),
                ('person', models.UUIDField()),
                ('type_code', models.CharField(max_length=16)),
                ('open', models.BooleanField(default=True)),
                ('age_band', models.CharField(blank=True, max_length=8)),
                ('sex', models.CharField(blank=True, max_length=1)),
                ('warned_at', models.DateTimeField()),
                ('last_warned_at', models.DateTimeField()),
                ('warnings', models.PositiveIntegerField(default=1)),
                ('first_level', models.PositiveSmallIntegerField()),
                ('intended_fen', models.BigIntegerField(null=True)),
                ('saved_fen', models.BigIntegerField(null=True)),
                ('lost_fen', models.BigIntegerField(null=True)),
                ('evidence', models.CharField(blank=True, max_length=4)),
                ('outcome', models.CharField(blank=True, max_length=16)),
                ('reached_at', models.DateTimeField(null=True)),
                ('how', models.CharField(blank=True, max_length=8)),
                ('verified', models.CharField(blank=True, max_length=12)),
                ('app_installed', models.BooleanField(null=True)),
                ('protected', models.PositiveSmallIntegerField(default=0)),
                ('revisit_result', models.CharField(blank=True, max_length=12)),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='fraud.case')),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fraud.feed')),
            ],
        ),
        migrations.CreateModel(
            name='Reject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_id', models.CharField(blank=True, max_length=80)),
                ('why_zh', models.CharField(max_length=200)),
                ('why_en', models.CharField(max_length=240)),
                ('row', models.JSONField()),
                ('at', models.DateTimeField()),
                ('state', models.CharField(default='open', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('settled_at', models.DateTimeField(null=True)),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rejects', to='fraud.feed')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=32, unique=True)),
                ('rules', models.JSONField()),
                ('state', models.CharField(default='draft', max_length=8)),
                ('drafted_at', models.DateTimeField()),
                ('shadow_since', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drafted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='TakenBack',
            fields=[
                ('pk', models.CompositePrimaryKey('feed_id', 'source_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('source_id', models.CharField(db_collation='C', max_length=80)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fraud.feed')),
            ],
        ),
        migrations.CreateModel(
            name='TypeList',
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
            name='FraudType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24)),
                ('zh', models.CharField(max_length=80)),
                ('en', models.CharField(max_length=120)),
                ('script_zh', models.TextField(blank=True)),
                ('script_en', models.TextField(blank=True)),
                ('message_zh', models.CharField(blank=True, max_length=200)),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('type_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='types', to='fraud.typelist')),
            ],
        ),
        migrations.CreateModel(
            name='Warning',
            fields=[
                ('pk', models.CompositePrimaryKey('feed_id', 'source_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('source_id', models.CharField(db_collation='C', max_length=80)),
                ('person', models.UUIDField()),
                ('type_code', models.CharField(db_collation='C', max_length=16)),
                ('occurred_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('level', models.PositiveSmallIntegerField()),
                ('matched', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField(null=True)),
                ('score', models.PositiveSmallIntegerField(null=True)),
                ('age', models.PositiveSmallIntegerField(null=True)),
                ('sex', models.CharField(blank=True, max_length=1)),
                ('minutes_on_call', models.PositiveSmallIntegerField(null=True)),
                ('transferred', models.BooleanField(default=False)),
                ('screen_shared', models.BooleanField(default=False)),
                ('words', models.TextField(blank=True)),
                ('corrects', models.CharField(blank=True, max_length=80)),
                ('agency', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='kernel.agency')),
                ('feed', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='fraud.feed')),
                ('rule_set', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='fraud.ruleset')),
            ],
        ),
        migrations.CreateModel(
            name='Window',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.UUIDField()),
                ('type_code', models.CharField(db_collation='C', max_length=16)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('level', models.PositiveSmallIntegerField()),
                ('warnings', models.PositiveIntegerField()),
                ('changed', models.BooleanField(default=False)),
                ('matter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.matter')),
            ],
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('bank', 'telecom', 'app', 'centre', 'other'))), name='feed_kind_known'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['person', '-warned_at'], name='cases_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('open', True)), fields=('person', 'type_code'), name='one_open_case'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lost_fen', None), ('saved_fen', None)), models.Q(('evidence', ''), _negated=True), _connector='OR'), name='case_sum_has_evidence'),
        ),
        migrations.AddIndex(
            model_name='reject',
            index=models.Index(fields=['feed', '-at'], name='rejects_of_a_feed'),
        ),
        migrations.AddConstraint(
            model_name='reject',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('open', 'taken', 'closed'))), name='reject_state_known'),
        ),
        migrations.AddConstraint(
            model_name='reject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('row', {}), ('settled_at__isnull', False)), _connector='OR'), name='reject_settled_is_emptied'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'shadow', 'live', 'retired'))), name='rule_set_state_known'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('state',), name='one_rule_set_live'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'shadow')), fields=('state',), name='one_rule_set_in_shadow'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='rules_approved_by_another'),
        ),
        migrations.AddConstraint(
            model_name='typelist',
            constraint=models.UniqueConstraint(condition=models.Q(('in_force', True)), fields=('in_force',), name='fraud_typelist_in_force'),
        ),
        migrations.AddConstraint(
            model_name='fraudtype',
            constraint=models.UniqueConstraint(fields=('type_list', 'code'), name='fraud_type_once_a_version'),
        ),
        migrations.AddIndex(
            model_name='warning',
            index=models.Index(fields=['person'], name='warning_of_person'),
        ),
        migrations.AddIndex(
            model_name='warning',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['received_at'], name='warning_by_arrival'),
        ),
        migrations.AddIndex(
            model_name='window',
            index=models.Index(fields=['person'], name='window_of_person'),
        ),
        migrations.AddIndex(
            model_name='window',
            index=models.Index(condition=models.Q(('matter', None), ('changed', True), _connector='OR'), fields=['-level', 'received_at'], name='window_to_open'),
        ),
    ]
