
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import watchroom.kernel.models.trail


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='Attempts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('since', models.DateTimeField(db_index=True)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Counterpart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('address', models.CharField(blank=True, max_length=240)),
                ('channel', models.CharField(default='print', max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(max_length=40)),
                ('rule', models.CharField(max_length=80)),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('state', models.CharField(default='running', max_length=8)),
                ('ended_at', models.DateTimeField(null=True)),
                ('raised_at', models.DateTimeField(null=True)),
                ('events', models.JSONField(default=list)),
                ('complete', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='FigureStream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('xid', models.BigIntegerField()),
                ('entry', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='KeptIndicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100, unique=True)),
                ('version', models.CharField(max_length=64)),
                ('built_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('state', models.CharField(max_length=40)),
                ('version', models.PositiveIntegerField(default=1)),
                ('priority', models.PositiveSmallIntegerField(null=True)),
                ('place', models.CharField(blank=True, max_length=240)),
                ('lon', models.FloatField(null=True)),
                ('lat', models.FloatField(null=True)),
                ('words', models.TextField(blank=True)),
                ('sealed', models.BooleanField(default=False)),
                ('occurred_at', models.DateTimeField()),
                ('entered_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=60)),
                ('title_en', models.CharField(max_length=60)),
                ('permissions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('second_factor', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=24)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('status', models.CharField(default='off', max_length=8)),
                ('status_since', models.DateTimeField(null=True)),
                ('home_lon', models.FloatField()),
                ('home_lat', models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(max_length=24)),
                ('path', models.CharField(db_index=True, max_length=240)),
                ('lon', models.FloatField(null=True)),
                ('lat', models.FloatField(null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='kernel.agency')),
            ],
            options={
                'ordering': ('path',),
            },
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=64)),
                ('badge', models.CharField(blank=True, max_length=32)),
                ('language', models.CharField(default='zh', max_length=2)),
                ('theme', models.CharField(default='auto', max_length=5)),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('is_active', models.BooleanField(default=True)),
                ('password_temporary', models.BooleanField(default=False)),
                ('totp_secret', models.CharField(blank=True, max_length=255)),
                ('totp_step', models.BigIntegerField(default=0)),
                ('oidc_subject', models.CharField(blank=True, max_length=255)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('locked_until', models.DateTimeField(blank=True, null=True)),
                ('session_epoch', models.PositiveIntegerField(default=0)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='kernel.agency')),
            ],
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.agency')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Beat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('setting', models.CharField(default='urban', max_length=8)),
                ('outline', models.JSONField()),
                ('west', models.FloatField()),
                ('south', models.FloatField()),
                ('east', models.FloatField()),
                ('north', models.FloatField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='beats', to='kernel.agency')),
                ('deputies', models.ManyToManyField(related_name='deputy_of', to=settings.AUTH_USER_MODEL)),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='beats', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Chain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7)),
                ('algorithm', models.CharField(max_length=8)),
                ('length', models.BigIntegerField(default=0)),
                ('head', models.CharField(max_length=64)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('line', models.JSONField()),
                ('width_m', models.FloatField(default=15)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.agency')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DemandCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('count', models.IntegerField()),
                ('by_hour', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=24)),
                ('rebuilt', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'rebuilt'], name='demand_of_kind')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField()),
                ('matter_version', models.PositiveIntegerField(null=True)),
                ('event', models.CharField(max_length=100)),
                ('from_state', models.CharField(blank=True, max_length=40)),
                ('to_state', models.CharField(blank=True, max_length=40)),
                ('actor_name', models.CharField(max_length=120)),
                ('occurred_at', models.DateTimeField()),
                ('entered_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('act_id', models.UUIDField(null=True, unique=True)),
                ('hash', models.CharField(max_length=64)),
                ('xid', watchroom.kernel.models.trail.Xid8Field(db_default=models.Func(function='pg_current_xact_id'), editable=False)),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='kernel.agency')),
                ('chain', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='kernel.chain')),
            ],
        ),
        migrations.CreateModel(
            name='ErasureReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=80)),
                ('before', models.DateTimeField()),
                ('records', models.PositiveIntegerField()),
                ('state', models.CharField(default='proposed', max_length=10)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('erased', models.PositiveIntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.agency')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.CharField(max_length=40)),
                ('amount', models.PositiveSmallIntegerField(null=True)),
                ('reason', models.TextField()),
                ('state', models.CharField(default='asked', max_length=9)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='kernel.deadline')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FormerPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=240)),
                ('until', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_places', to='kernel.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Handset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('agent', models.CharField(blank=True, max_length=300)),
                ('first_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('cut_off_at', models.DateTimeField(null=True)),
                ('wiped_at', models.DateTimeField(null=True)),
                ('cut_off_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handsets_cut_off', to=settings.AUTH_USER_MODEL)),
                ('holders', models.ManyToManyField(related_name='handsets', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='IssuedFigure',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('indicator', models.CharField(max_length=100)),
                ('definition', models.JSONField()),
                ('version', models.CharField(max_length=64)),
                ('agencies', models.JSONField(null=True)),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('value', models.DecimalField(decimal_places=4, max_digits=24, null=True)),
                ('said', models.JSONField()),
                ('count', models.BigIntegerField()),
                ('known_at', models.DateTimeField()),
                ('snapshot', models.CharField(max_length=64)),
                ('issued_at', models.DateTimeField()),
                ('beat', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='kernel.beat')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FigureSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter_id', models.BigIntegerField()),
                ('agency_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('value', models.FloatField()),
                ('of', models.FloatField(null=True)),
                ('what', models.BigIntegerField(null=True)),
                ('kept', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='samples', to='kernel.keptindicator')),
            ],
        ),
        migrations.CreateModel(
            name='FigureCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateTimeField()),
                ('ends', models.DateTimeField()),
                ('count', models.BigIntegerField()),
                ('part', models.FloatField()),
                ('p50', models.FloatField(null=True)),
                ('p90', models.FloatField(null=True)),
                ('p95', models.FloatField(null=True)),
                ('stale', models.BooleanField(default=False)),
                ('fresh_until', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='kernel.agency')),
                ('kept', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='kernel.keptindicator')),
            ],
        ),
        migrations.CreateModel(
            name='LookReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(max_length=8)),
                ('words', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='look_review', to='kernel.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Words',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='found_by', serialize=False, to='kernel.matter')),
                ('occurred_at', models.DateTimeField()),
                ('grams', django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.AddField(
            model_name='matter',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='kernel.agency'),
        ),
        migrations.AddField(
            model_name='matter',
            name='beat',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='kernel.beat'),
        ),
        migrations.AddField(
            model_name='matter',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='matter',
            name='parent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='kernel.matter'),
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('made_at', models.DateTimeField()),
                ('by_hand', models.BooleanField(default=False)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_out', to='kernel.matter')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_in', to='kernel.matter')),
            ],
        ),
        migrations.CreateModel(
            name='Involvement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=40)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to=settings.AUTH_USER_MODEL)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to='kernel.matter')),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('set_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_because', models.TextField(blank=True)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='kernel.matter')),
            ],
        ),
        migrations.AddField(
            model_name='entry',
            name='matter',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='kernel.matter'),
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160)),
                ('media_type', models.CharField(max_length=80)),
                ('size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('personal', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
                ('file_gone', models.BooleanField(default=False)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='kernel.matter')),
            ],
        ),
        migrations.AddField(
            model_name='deadline',
            name='matter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deadlines', to='kernel.matter'),
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('aliases', models.CharField(blank=True, max_length=240)),
                ('initials', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(max_length=24)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('weight', models.FloatField(default=0)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), 'gin_trgm_ops'), name='place_name_trigram'), models.Index(django.contrib.postgres.indexes.OpClass(models.F('initials'), 'text_pattern_ops'), name='place_initials')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='receipt', to='kernel.matter')),
            ],
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReviewedClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=80)),
                ('set_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.agency')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateTimeField(blank=True, null=True)),
                ('ends', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.agency')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to=settings.AUTH_USER_MODEL)),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.role')),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('reason', models.TextField()),
                ('set_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_because', models.TextField(blank=True)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seals', to='kernel.matter')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('began_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('address', models.CharField(blank=True, max_length=64)),
                ('agent', models.CharField(blank=True, max_length=300)),
                ('handset', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sessions', to='kernel.handset')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SubjectRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sought', models.TextField(blank=True)),
                ('ending', models.CharField(blank=True, max_length=4)),
                ('basis', models.CharField(max_length=200)),
                ('state', models.CharField(default='asked', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('withheld', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('ends_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.agency')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='UnitPosition',
            fields=[
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='position', serialize=False, to='kernel.unit')),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('speed', models.FloatField(null=True)),
                ('at', models.DateTimeField()),
                ('received_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='unit',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='kernel.agency'),
        ),
        migrations.AddField(
            model_name='unit',
            name='crew',
            field=models.ManyToManyField(related_name='units', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('enrolled_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('enrolled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('handset', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='devices', to='kernel.handset')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='kernel.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('url', models.URLField(max_length=500)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), size=None)),
                ('secret', models.CharField(max_length=255)),
                ('created_at', models.DateTimeField()),
                ('paused_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('xid', models.BigIntegerField()),
                ('entry', models.BigIntegerField(default=0)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.agency')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=100)),
                ('state', models.CharField(default='waiting', max_length=12)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.entry')),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='kernel.webhook')),
            ],
        ),
        migrations.AddIndex(
            model_name='agency',
            index=models.Index(django.contrib.postgres.indexes.OpClass(models.F('path'), 'text_pattern_ops'), name='agency_path_prefix'),
        ),
        migrations.AddConstraint(
            model_name='staff',
            constraint=models.UniqueConstraint(condition=models.Q(('oidc_subject', ''), _negated=True), fields=('oidc_subject',), name='one_person_a_subject'),
        ),
        migrations.AddIndex(
            model_name='beat',
            index=models.Index(fields=['west', 'east', 'south', 'north'], name='beat_box'),
        ),
        migrations.AddConstraint(
            model_name='chain',
            constraint=models.UniqueConstraint(fields=('agency', 'month'), name='one_chain_a_month'),
        ),
        migrations.AddIndex(
            model_name='closure',
            index=models.Index(condition=models.Q(('opened_at', None)), fields=['starts'], name='closed_road'),
        ),
        migrations.AddConstraint(
            model_name='erasurereview',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'approved', 'refused', 'done'])), name='erasure_review_state_known'),
        ),
        migrations.AddConstraint(
            model_name='erasurereview',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='erasure_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='erasurereview',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'approved'])), fields=('agency', 'rule'), name='one_erasure_review_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='extension',
            index=models.Index(condition=models.Q(('state', 'asked')), fields=['asked_at'], name='extension_waiting'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('deadline',), name='one_extension_asked'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), ('state', 'withdrawn'), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='extension_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='formerplace',
            constraint=models.UniqueConstraint(fields=('agency', 'until'), name='one_place_a_time'),
        ),
        migrations.AddIndex(
            model_name='issuedfigure',
            index=models.Index(fields=['indicator', '-issued_at'], name='issued_of_indicator'),
        ),
        migrations.AddIndex(
            model_name='figuresample',
            index=models.Index(fields=['kept', 'at'], include=('agency_id', 'value', 'of', 'what'), name='sample_by_time'),
        ),
        migrations.AddIndex(
            model_name='figuresample',
            index=models.Index(fields=['matter_id', 'kept'], name='sample_of_matter'),
        ),
        migrations.AddIndex(
            model_name='figurecell',
            index=models.Index(fields=['kept', 'starts'], name='cell_by_time'),
        ),
        migrations.AddIndex(
            model_name='figurecell',
            index=models.Index(condition=models.Q(('stale', True)), fields=['asked_at'], name='cell_stale'),
        ),
        migrations.AddConstraint(
            model_name='figurecell',
            constraint=models.UniqueConstraint(fields=('agency', 'kept', 'starts', 'ends'), name='one_cell'),
        ),
        migrations.AddConstraint(
            model_name='lookreview',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['fine', 'explain'])), name='look_outcome_known'),
        ),
        migrations.AddIndex(
            model_name='words',
            index=django.contrib.postgres.indexes.GinIndex(fields=['grams'], name='words_grams'),
        ),
        migrations.AddIndex(
            model_name='words',
            index=models.Index(fields=['occurred_at', 'matter'], name='words_newest'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['agency', 'kind', '-occurred_at'], name='matter_history'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['kind', '-occurred_at'], name='matter_kind_history'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['kind', 'agency', 'due_at'], name='matter_open'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['owner'], name='matter_owned_open'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['lon', 'lat'], name='matter_open_at'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['kind', 'lon', 'lat'], name='matter_at'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('beat__isnull', False)), fields=['beat', 'kind', 'state', '-occurred_at'], name='matter_of_beat'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('source', 'target', 'kind'), name='linked_once'),
        ),
        migrations.AddConstraint(
            model_name='involvement',
            constraint=models.UniqueConstraint(fields=('matter', 'staff', 'role'), name='involved_once'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('matter',), name='one_hold_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_by', None), models.Q(('lifted_by', models.F('set_by')), _negated=True), _connector='OR'), name='hold_lifted_by_another'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['matter', 'id'], name='entry_of_matter'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['event', 'occurred_at'], name='entry_by_event'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['xid', 'id'], name='entry_in_stream_order'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['agency', 'id'], name='entry_of_agency'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['actor', 'id'], name='entry_of_person'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['entered_at'], name='entry_by_day'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('chain', 'position'), name='entry_in_its_place'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('matter_version__isnull', False)), fields=('matter', 'matter_version'), name='one_entry_a_version'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['sha256'], name='document_by_content'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('raised_at', None), ('state', 'running')), fields=['due_at'], name='deadline_due'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(fields=['matter', 'clock'], name='deadline_of_matter'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('running', 'paused'))), fields=('matter', 'clock'), name='one_running_clock'),
        ),
        migrations.AddConstraint(
            model_name='reviewedclass',
            constraint=models.UniqueConstraint(fields=('agency', 'rule'), name='class_reviewed_once'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('staff', 'role', 'agency'), name='one_post_once'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('matter',), name='one_seal_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_by', None), models.Q(('lifted_by', models.F('set_by')), _negated=True), _connector='OR'), name='seal_lifted_by_another'),
        ),
        migrations.AddConstraint(
            model_name='subjectrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'approved', 'refused', 'over'])), name='subject_request_state_known'),
        ),
        migrations.AddConstraint(
            model_name='subjectrequest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='subject_request_decided_by_another'),
        ),
        migrations.AddIndex(
            model_name='unit',
            index=models.Index(fields=['status', 'agency'], name='unit_status'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('unit', 'name'), name='one_device_of_a_name'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='webhook_delivery_due'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('webhook', 'entry'), name='told_once'),
        ),
    ]
