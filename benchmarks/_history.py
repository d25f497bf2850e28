"""A past of any length, made inside PostgreSQL in sets: matters that are over, with their trail.

Seven of ten matters are incidents, three of those sent one unit, whose assignment is a matter too.
Each entry is hashed into its chain (one an agency and month) as `watchroom.kernel.trail` would have
done; `check` asks the promises of the whole and walks chains with the product's own verifier.
"""

from __future__ import annotations

from typing import Any

import psycopg

_LIVES = """
CREATE TEMP TABLE lives AS
SELECT n AS id, n %% 10 AS place, (%(agencies)s::bigint[])[1 + n / 10 %% %(count)s] AS agency,
       n / 10 %% %(count)s AS seat, n AS serial,
       now() - interval '730 days' + (n::float8 / %(many)s) * interval '729 days' AS at
FROM generate_series(1, %(many)s) AS n
"""
_KIND = "CASE WHEN place IN (5, 7, 9) THEN 'dispatch.assignment' ELSE 'dispatch.incident' END"

_TITLE = """CASE WHEN serial %% 9973 = 11 THEN '溺水' WHEN serial %% 47 = 7 THEN '火灾'
         WHEN serial %% 7 = 3 THEN '商铺纠纷' ELSE '打架' END"""
"""Words from common to rare, spread evenly over agencies: see `search.py`."""

_MATTERS = f"""
INSERT INTO kernel_matter (id, number, kind, title, agency_id, parent_id, state, version, priority,
    place, lon, lat, words, sealed, occurred_at, entered_at, closed_at)
SELECT id, CASE WHEN place IN (5, 7, 9) THEN 'PJ' ELSE 'JQ' END || to_char(at, 'YYMMDD')
         || lpad((serial %% 1000000)::text, 6, '0'),
       {_KIND}, {_TITLE}, agency, CASE WHEN place IN (5, 7, 9) THEN id - 1 END,
       CASE WHEN place IN (5, 7, 9) THEN 'cleared' ELSE 'closed' END,
       CASE WHEN place IN (4, 6, 8) THEN 5 ELSE 3 END, 1 + serial %% 4,
       '解放路' || serial %% 900 || '号',
       %(west)s + %(step)s * (seat %% 8) + %(step)s * (random() - 0.5),
       %(south)s + %(step)s * (seat / 8) + %(step)s * (random() - 0.5),
       '有人报警', false, at, at, at + interval '40 minutes'
FROM lives ORDER BY id
"""  # noqa: S608 - our own words
_WORDS = """
INSERT INTO kernel_words (matter_id, occurred_at, grams)
SELECT m.id, m.occurred_at,
       kernel_found_by(m.number, m.title, m.place, m.words, m.agency_id)
FROM kernel_matter m JOIN lives USING (id)
"""
_INCIDENTS = """
INSERT INTO dispatch_incident (matter_id, incident_class_id, priority_reason, place_typed, channel,
    callback, caller_name, attempt, disposition, disposition_words, feedback)
SELECT m.id, %(class)s, '{}', m.place, 'voice', '', '', 1, 'done', '', '已处理'
FROM kernel_matter m JOIN lives USING (id) WHERE m.parent_id IS NULL
"""
_CALLS = """
INSERT INTO dispatch_call (incident_id, number_dialled, caller, channel, words, place_typed,
    received_at, entered_at, taken_by_id)
SELECT m.id, '110', '139' || lpad((m.id * 7919 %% 100000000)::text, 8, '0'), 'voice', m.words,
       m.place, m.occurred_at, m.entered_at, %(staff)s
FROM kernel_matter m JOIN lives USING (id) WHERE m.parent_id IS NULL
"""
_ASSIGNMENTS = """
INSERT INTO dispatch_assignment (matter_id, incident_id, unit_id, attempt, holding, by_road,
    reasons, queued_at, sent_at, arrived_at, ended_at, not_recorded)
SELECT m.id, m.parent_id, (%(units)s::bigint[])[1 + m.id %% cardinality(%(units)s::bigint[])],
       1, false, true, '[]', m.occurred_at, m.occurred_at, m.occurred_at + interval '5 minutes',
       m.closed_at, '{}'
FROM kernel_matter m JOIN lives USING (id) WHERE m.parent_id IS NOT NULL
"""
_DEADLINES = """
INSERT INTO kernel_deadline (matter_id, clock, rule, started_at, due_at, state, ended_at, events,
    complete)
SELECT m.id, c.clock, 'dispatch.' || c.clock, m.occurred_at,
       m.occurred_at + c.minutes * interval '1 minute', 'met',
       m.occurred_at + interval '20 seconds', '[]', true
FROM kernel_matter m JOIN lives USING (id)
JOIN (VALUES ('classify', 1, false), ('close', 4320, false), ('sign', 1, true))
    AS c (clock, minutes, sent) ON c.sent = (m.parent_id IS NOT NULL)
"""
_STEPS = """
CREATE TEMP TABLE steps (sort text, version int, step text, before text, after text, minutes int);
INSERT INTO steps VALUES
 ('phone', 1, 'report', '', 'received', 0), ('phone', 2, 'resolve', 'received', 'resolved', 5),
 ('phone', 3, 'close', 'resolved', 'closed', 40),
 ('sent', 1, 'report', '', 'received', 0), ('sent', 2, 'classify', 'received', 'classified', 1),
 ('sent', 3, 'dispatch', 'classified', 'dispatched', 2),
 ('sent', 4, 'all_clear', 'dispatched', 'resolved', 30),
 ('sent', 5, 'close', 'resolved', 'closed', 40),
 ('unit', 1, 'queue', '', 'queued', 2), ('unit', 2, 'send', 'queued', 'sent', 2),
 ('unit', 3, 'clear', 'sent', 'cleared', 30)
"""
_CHAINED = """
CREATE FUNCTION pg_temp.joined(head text, body text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN RETURN encode(sha256(convert_to(head || E'\\n' || body, 'UTF8')), 'hex'); END $$;
CREATE AGGREGATE pg_temp.chained (text)
    (SFUNC = pg_temp.joined, STYPE = text, INITCOND = '%s')
"""
_STAMP = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_ENTRIES = f"""
WITH written AS (
    SELECT l.id AS matter, s.version, {_KIND} || '.' || s.step AS event, s.before, s.after,
           l.at + s.minutes * interval '1 minute' AS at
    FROM lives l JOIN steps s ON s.sort = CASE WHEN l.place IN (5, 7, 9) THEN 'unit'
        WHEN l.place IN (4, 6, 8) THEN 'sent' ELSE 'phone' END
    WHERE l.agency = %(agency)s
), monthly AS (
    SELECT *, to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month FROM written
), known AS (
    INSERT INTO kernel_chain (agency_id, month, algorithm, length, head)
    SELECT DISTINCT %(agency)s, month, 'sha256', 0, %(genesis)s FROM monthly
    RETURNING id, month
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY month ORDER BY at, matter, version) AS position
    FROM monthly
), told AS (
    SELECT *, format('{{"act":null,"actor":%%s,"agency":%%s,"data":{{}},"entered_at":"%%s",'
        '"event":"%%s","from":"%%s","matter":%%s,"month":"%%s","name":"%%s","occurred_at":"%%s",'
        '"position":%%s,"reason":"","to":"%%s","version":%%s}}', %(staff)s, %(agency)s, stamp,
        event, before, matter, month, %(name)s, stamp, position, after, version) AS body
    FROM (SELECT *, {_STAMP.format("at")} AS stamp FROM placed) AS stamped
), made AS (
    INSERT INTO kernel_entry (chain_id, position, matter_id, matter_version, event, from_state,
        to_state, agency_id, actor_id, actor_name, occurred_at, entered_at, reason, data, hash)
    SELECT k.id, position, matter, version, event, before, after, %(agency)s, %(staff)s, %(name)s,
           at, at, '', '{{}}',
           pg_temp.chained(body) OVER (PARTITION BY k.id ORDER BY position)
    FROM told JOIN known k USING (month)
    RETURNING chain_id, position, hash
)
SELECT chain_id, count(*), (array_agg(hash ORDER BY position DESC))[1] FROM made GROUP BY chain_id
"""  # noqa: S608 - our own words


def grow(url: str, place: Any, many: int) -> None:
    """Add `many` matters that are over to a database without history. `url` is the superuser's.

    Row triggers are off while rows go in by sets; `check` asks afterwards what they would have.
    """
    from _county import SOUTH, STEP, WEST

    from watchroom.domains.dispatch.models import IncidentClass
    from watchroom.kernel.chain import GENESIS

    told = {
        "many": many, "agencies": [a.pk for a in place.stations], "count": len(place.stations),
        "west": WEST, "south": SOUTH, "step": STEP, "units": [u.pk for u in place.units],
        "class": IncidentClass.objects.get(code="0201").pk,
        "staff": place.people[0].pk, "name": place.people[0].name, "genesis": GENESIS,
    }  # fmt: skip
    with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as db:
        db.execute("SET session_replication_role = replica; SET work_mem = '256MB'")
        db.execute(_STEPS)
        db.execute(_CHAINED % GENESIS)
        for sql in (_LIVES, _MATTERS, _WORDS, _INCIDENTS, _CALLS, _ASSIGNMENTS, _DEADLINES):
            db.execute(sql, told)
        for agency in place.stations:
            heads = db.execute(_ENTRIES, {**told, "agency": agency.pk}).fetchall()
            db.cursor().executemany(_HEAD, [(length, head, pk) for pk, length, head in heads])
        db.execute("SELECT setval(pg_get_serial_sequence('kernel_matter', 'id'), %s)", [2 * many])
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM ANALYZE")


_HEAD = "UPDATE kernel_chain SET length = %s, head = %s WHERE id = %s"
_BROKEN = {
    "matters without the entry of their standing": """
        SELECT count(*) FROM kernel_matter m WHERE NOT EXISTS (SELECT 1 FROM kernel_entry e
        WHERE e.matter_id = m.id AND e.matter_version = m.version AND e.to_state = m.state)""",
    "chains that do not end where they say": """
        SELECT count(*) FROM kernel_chain c WHERE NOT EXISTS (SELECT 1 FROM kernel_entry e
        WHERE e.chain_id = c.id AND e.position = c.length AND e.hash = c.head)""",
    "matters without their words": """
        SELECT count(*) FROM kernel_matter m LEFT JOIN kernel_words w ON w.matter_id = m.id
        WHERE w.matter_id IS NULL""",
    "matters without the row of their domain": """
        SELECT count(*) FROM kernel_matter m WHERE NOT EXISTS (
        SELECT 1 FROM dispatch_incident i WHERE i.matter_id = m.id) AND NOT EXISTS (
        SELECT 1 FROM dispatch_assignment a WHERE a.matter_id = m.id)""",
}


def check(place: Any, *, chains: int) -> int:
    """Stop unless the promises hold; walks the chains of some stations; how many entries."""
    from django.db import connection

    from watchroom.kernel.models import Chain, Entry
    from watchroom.kernel.trail import verify

    with connection.cursor() as cursor:
        for what, sql in _BROKEN.items():
            cursor.execute(sql)
            if count := cursor.fetchone()[0]:
                raise SystemExit(f"The history is not what it says: {count} {what}")
    walked = Chain.objects.filter(agency__in=place.stations[:chains])
    if faults := list(verify(walked)):
        raise SystemExit(f"The history does not verify: {faults[0]}")
    return Entry.objects.filter(chain__in=walked).count()
