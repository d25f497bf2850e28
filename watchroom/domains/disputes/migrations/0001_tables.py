
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
            name='DisputeType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24)),
                ('zh', models.CharField(max_length=80)),
                ('en', models.CharField(max_length=120)),
                ('organ_zh', models.CharField(blank=True, max_length=80)),
                ('organ_en', models.CharField(blank=True, max_length=120)),
                ('calls', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list, size=None)),
            ],
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='disputes_dispute', serialize=False, to='kernel.matter')),
                ('source', models.CharField(max_length=8)),
                ('track', models.CharField(default='civil', max_length=12)),
                ('factors', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                ('risk_rule', models.CharField(max_length=4)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('case_number', models.CharField(blank=True, max_length=60)),
                ('route', models.CharField(blank=True, max_length=16)),
                ('confirmation', models.CharField(blank=True, max_length=8)),
                ('place_word', models.CharField(blank=True, max_length=120)),
                ('beat', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='kernel.beat')),
                ('found_by', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.matter')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='disputes.disputetype')),
            ],
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('terms', models.TextField()),
                ('perform_by', models.DateField(null=True)),
                ('oral', models.BooleanField(default=False)),
                ('template', models.CharField(max_length=16)),
                ('text', models.TextField()),
                ('drafted_at', models.DateTimeField()),
                ('in_force_at', models.DateTimeField(null=True)),
                ('void_at', models.DateTimeField(null=True)),
                ('performed', models.TextField(blank=True)),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.document')),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='disputes.dispute')),
            ],
        ),
        migrations.CreateModel(
            name='Mediator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=80)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mediators', to='disputes.dispute')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=64)),
                ('phone', models.CharField(blank=True, max_length=32)),
                ('name_key', models.CharField(blank=True, max_length=64)),
                ('phone_key', models.CharField(blank=True, max_length=64)),
                ('erased_at', models.DateTimeField(null=True)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='disputes.dispute')),
            ],
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_at', models.DateTimeField()),
                ('summary', models.TextField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='disputes.dispute')),
            ],
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('typed', models.CharField(blank=True, max_length=80)),
                ('strokes', models.JSONField(null=True)),
                ('signed_at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='disputes.agreement')),
                ('mediator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.mediator')),
                ('party', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.party')),
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
        migrations.AddField(
            model_name='disputetype',
            name='type_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='types', to='disputes.typelist'),
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visited_at', models.DateTimeField()),
                ('result', models.CharField(max_length=8)),
                ('words', models.TextField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='disputes.dispute')),
            ],
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('void_at', None)), fields=('dispute',), name='one_agreement_a_dispute'),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(condition=models.Q(('place_word', ''), _negated=True), fields=['beat', 'place_word'], name='dispute_place'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['visit', 'call', 'grid', 'court', 'citizen'])), name='dispute_source_known'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('track__in', ['civil', 'public_order'])), name='dispute_track_known'),
        ),
        migrations.AddConstraint(
            model_name='mediator',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['officer', 'village_committee', 'peoples_mediator', 'lawyer', 'trade_body'])), name='mediator_known'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(condition=models.Q(('name_key', ''), _negated=True), fields=['name_key'], name='party_name_key'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(condition=models.Q(('phone_key', ''), _negated=True), fields=['phone_key'], name='party_phone_key'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['applicant', 'respondent', 'third'])), name='party_role_known'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('agreement', 'party'), name='party_signs_once'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('agreement', 'mediator'), name='mediator_signs_once'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('party', None), ('mediator', None), _connector='XOR'), name='signed_by_one'),
        ),
        migrations.AddConstraint(
            model_name='typelist',
            constraint=models.UniqueConstraint(condition=models.Q(('in_force', True)), fields=('in_force',), name='disputes_typelist_in_force'),
        ),
        migrations.AddConstraint(
            model_name='disputetype',
            constraint=models.UniqueConstraint(fields=('type_list', 'code'), name='type_once_a_version'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(('result__in', ['calm', 'tense'])), name='visit_result_known'),
        ),
    ]
