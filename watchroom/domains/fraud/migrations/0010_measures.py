
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fraud', '0001_tables'),
        ('kernel', '0002_promises'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bank',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('secret', models.CharField(blank=True, max_length=255)),
                ('ended_at', models.DateTimeField(null=True)),
                ('token', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.apitoken')),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=32)),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='fraud.bank')),
            ],
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('victim', models.CharField(max_length=120)),
                ('account', models.CharField(max_length=32)),
                ('reported_at', models.DateTimeField()),
                ('lost', models.BigIntegerField()),
                ('traced', models.BigIntegerField(default=0)),
                ('direct', models.BigIntegerField(default=0)),
                ('pro_rata', models.BigIntegerField(default=0)),
                ('paid_at', models.DateTimeField(null=True)),
                ('receipt', models.CharField(blank=True, max_length=60)),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fraud.bank')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.matter')),
            ],
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='fraud_measure', serialize=False, to='kernel.matter')),
                ('sort', models.CharField(max_length=8)),
                ('holder', models.CharField(max_length=120)),
                ('asked', models.BigIntegerField(null=True)),
                ('done', models.BigIntegerField(null=True)),
                ('holds', models.BigIntegerField(default=0)),
                ('known', models.BigIntegerField(default=0)),
                ('document', models.CharField(blank=True, max_length=60)),
                ('receipt', models.CharField(blank=True, max_length=60)),
                ('approved_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='fraud.account')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='fraud.measure')),
            ],
        ),
        migrations.CreateModel(
            name='BankOrder',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('act', models.CharField(max_length=8)),
                ('state', models.CharField(default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('amount', models.BigIntegerField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('receipt', models.CharField(blank=True, max_length=60)),
                ('made_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='fraud.bank')),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='fraud.claim')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='fraud.measure')),
            ],
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=120)),
                ('words', models.TextField()),
                ('at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='fraud.measure')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('reference', models.PositiveIntegerField()),
                ('template', models.CharField(max_length=40)),
                ('lang', models.CharField(default='zh', max_length=2)),
                ('phone', models.CharField(max_length=20)),
                ('text', models.TextField()),
                ('state', models.CharField(default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('parts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=80)),
                ('made_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fraud_messages', to='kernel.matter')),
            ],
        ),
        migrations.CreateModel(
            name='MessagePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway_id', models.CharField(max_length=65, unique=True)),
                ('state', models.CharField(default='accepted', max_length=10)),
                ('receipt', models.CharField(blank=True, max_length=16)),
                ('at', models.DateTimeField(null=True)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segments', to='fraud.message')),
            ],
        ),
        migrations.CreateModel(
            name='Money',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='fraud_money', serialize=False, to='kernel.matter')),
                ('intended', models.BigIntegerField(default=0)),
                ('held', models.BigIntegerField(default=0)),
                ('stopped', models.BigIntegerField(default=0)),
                ('frozen', models.BigIntegerField(default=0)),
                ('returned', models.BigIntegerField(default=0)),
                ('lost', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('frozen__gte', 0), ('held__gte', 0), ('intended__gte', 0), ('lost__gte', 0), ('returned__gte', 0), ('stopped__gte', 0)), name='money_not_below_zero')],
            },
        ),
        migrations.CreateModel(
            name='MoneyMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(blank=True, max_length=8)),
                ('target', models.CharField(blank=True, max_length=8)),
                ('fen', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('because', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.matter')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fraud_moves', to='kernel.matter')),
            ],
        ),
        migrations.CreateModel(
            name='Restitution',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='fraud_return', serialize=False, to='kernel.matter')),
                ('pot', models.BigIntegerField()),
                ('left', models.BigIntegerField()),
                ('announced', models.CharField(blank=True, max_length=240)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='fraud.measure')),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=120)),
                ('words', models.TextField()),
                ('at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('restitution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='fraud.restitution')),
            ],
        ),
        migrations.AddField(
            model_name='claim',
            name='restitution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='fraud.restitution'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(fields=('bank', 'number'), name='account_once'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('sort__in', ['stop', 'freeze'])), name='measure_sort_known'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('asked', None), ('asked__gt', 0), _connector='OR'), name='measure_asks_for_something'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('holds__gte', 0), ('known__gte', 0), ('known__lte', models.F('holds')), models.Q(models.Q(('done', None), ('holds', 0)), ('holds__lte', models.F('done')), _connector='OR')), name='measure_holds_no_more_than_done'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('asked_by')), _negated=True), _connector='OR'), name='measure_approved_by_another'),
        ),
        migrations.AddIndex(
            model_name='bankorder',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'sent'])), fields=['next_at'], name='order_open'),
        ),
        migrations.AddConstraint(
            model_name='bankorder',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ('stop', 'freeze', 'renew', 'lift', 'pay'))), name='order_act_known'),
        ),
        migrations.AddConstraint(
            model_name='bankorder',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'sent', 'done', 'refused', 'given_up', 'by_hand'))), name='order_state_known'),
        ),
        migrations.AddConstraint(
            model_name='bankorder',
            constraint=models.UniqueConstraint(fields=('claim',), name='claim_paid_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'sending', 'accepted'])), fields=['made_at'], name='message_open'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'sending', 'accepted', 'delivered', 'failed', 'unknown'))), name='message_state_known'),
        ),
        migrations.AddIndex(
            model_name='moneymove',
            index=models.Index(fields=['matter', 'id'], name='money_moves'),
        ),
        migrations.AddConstraint(
            model_name='moneymove',
            constraint=models.CheckConstraint(condition=models.Q(('fen__gt', 0), models.Q(models.Q(('source', ''), ('target__in', ['frozen', 'held', 'intended', 'lost', 'returned', 'stopped'])), models.Q(('source', 'intended'), ('target__in', ['', 'held', 'lost'])), models.Q(('source', 'held'), ('target__in', ['', 'lost'])), models.Q(('source', 'lost'), ('target__in', ['', 'frozen', 'returned', 'stopped'])), models.Q(('source', 'stopped'), ('target__in', ['', 'frozen', 'lost'])), models.Q(('source', 'frozen'), ('target__in', ['', 'lost', 'returned'])), models.Q(('source', 'returned'), ('target__in', [])), _connector='OR')), name='money_move_sound'),
        ),
        migrations.AddConstraint(
            model_name='restitution',
            constraint=models.CheckConstraint(condition=models.Q(('left__gte', 0), ('left__lte', models.F('pot')), ('pot__gt', 0)), name='return_pot'),
        ),
        migrations.AddConstraint(
            model_name='restitution',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='return_approved_by_another'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('direct__gte', 0), ('lost__gt', 0), ('lost__gte', django.db.models.expressions.CombinedExpression(models.F('direct'), '+', models.F('pro_rata'))), ('pro_rata__gte', 0), ('traced__gte', 0), ('traced__lte', models.F('lost'))), name='claim_gets_no_more_than_lost'),
        ),
    ]
