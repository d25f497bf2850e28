-- Taking warnings in: what lies in fraud_staged is kept, de-duplicated and grouped.
--
-- A function, because its plans are then made once a connection: planning costs more than taking in a few warnings does. The
-- plans are held to indexes: one that was made for a few must do for twenty thousand, and the reverse, however large the past.
--
-- A warning that is there already changes nothing. What belongs together (one person, one type, no gap above `gap`) is one row
-- of fraud_window: new points and the windows they touch are laid on one line and joined again, so the order of arrival does
-- not matter and two windows that a late warning bridges become one. Intakes wait for each other: two that meet the same person at
-- once would open two windows.
--
-- `before`: numbers that were there already, told for `few` rows at most.
CREATE FUNCTION fraud_take_in(
    gap interval, until timestamptz, few integer,
    OUT fresh_ones bigint, OUT opened bigint, OUT before text[]
) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4713001);
    IF (SELECT count(*) FROM fraud_staged) <= few THEN
        before := ARRAY(
            SELECT DISTINCT s.source_id FROM fraud_staged s
            JOIN fraud_warning w ON w.feed_id = s.feed_id AND w.source_id = s.source_id);
    END IF;
    INSERT INTO fraud_contact AS known
        (person, name, phone, id_number, address, lon, lat, keep_until)
    SELECT person, name, phone, id_number, address, lon, lat, until FROM (
        SELECT DISTINCT ON (person) * FROM fraud_staged s ORDER BY person, occurred_at DESC) one
    ON CONFLICT (person) DO UPDATE SET
        name = COALESCE(NULLIF(EXCLUDED.name, ''), known.name),
        phone = COALESCE(NULLIF(EXCLUDED.phone, ''), known.phone),
        id_number = COALESCE(NULLIF(EXCLUDED.id_number, ''), known.id_number),
        address = COALESCE(NULLIF(EXCLUDED.address, ''), known.address),
        lon = COALESCE(EXCLUDED.lon, known.lon), lat = COALESCE(EXCLUDED.lat, known.lat),
        keep_until = GREATEST(EXCLUDED.keep_until, known.keep_until), erased_at = NULL
    WHERE (EXCLUDED.name <> '' AND EXCLUDED.name <> known.name)
       OR (EXCLUDED.id_number <> '' AND EXCLUDED.id_number <> known.id_number)
       OR (EXCLUDED.address <> '' AND EXCLUDED.address <> known.address)
       OR EXCLUDED.lon <> known.lon OR (EXCLUDED.lon IS NOT NULL AND known.lon IS NULL)
       OR known.erased_at IS NOT NULL
       OR known.keep_until < EXCLUDED.keep_until - interval '1 day';
    WITH fresh AS (
        INSERT INTO fraud_warning (
            feed_id, source_id, person, type_code, occurred_at, received_at, level, matched,
            rule_set_id, agency_id, amount_fen, score, age, sex, minutes_on_call, transferred,
            screen_shared, words, corrects)
        SELECT DISTINCT ON (feed_id, source_id)
            feed_id, source_id, person, type_code, occurred_at, received_at, level, matched,
            rule_set_id, agency_id, amount_fen, score, age, sex, minutes_on_call, transferred,
            screen_shared, words, corrects
        FROM fraud_staged s WHERE NOT EXISTS (
            SELECT FROM fraud_warning w
            WHERE w.feed_id = s.feed_id AND w.source_id = s.source_id)
        ORDER BY feed_id, source_id, s.ctid -- the first of two in one batch is kept
        RETURNING feed_id, source_id, person, type_code, occurred_at, received_at, level
    ), counted AS (
        SELECT * FROM fresh WHERE NOT EXISTS (
            SELECT FROM fraud_takenback t
            WHERE t.feed_id = fresh.feed_id AND t.source_id = fresh.source_id)
    ), reach AS (
        SELECT person, type_code, min(occurred_at) AS a, max(occurred_at) AS b
        FROM counted GROUP BY person, type_code
    ), points AS (
        SELECT person, type_code, occurred_at AS a, occurred_at AS b, received_at, level,
               1 AS warnings, NULL::bigint AS id, NULL::bigint AS matter_id
        FROM counted
        UNION ALL
        SELECT w.person, w.type_code, w.first_at, w.last_at, w.received_at, w.level,
               w.warnings, w.id, w.matter_id
        FROM reach r JOIN fraud_window w ON w.person = r.person AND w.type_code = r.type_code
         AND w.last_at >= r.a - gap AND w.first_at <= r.b + gap
    ), edges AS (
        SELECT *, a > max(b) OVER (
            PARTITION BY person, type_code ORDER BY a, b
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + gap AS begins
        FROM points
    ), numbered AS (
        SELECT *, count(*) FILTER (WHERE begins) OVER (
            PARTITION BY person, type_code ORDER BY a, b) AS place
        FROM edges
    ), joined AS (
        SELECT person, type_code, min(a) AS a, max(b) AS b, min(received_at) AS received_at,
               max(level) AS level, sum(warnings) AS warnings, max(matter_id) AS matter_id,
               min(id) AS keep, array_agg(id) FILTER (WHERE id IS NOT NULL) AS ids,
               bool_or(id IS NULL) AS grew
        FROM numbered GROUP BY person, type_code, place
    ), gone AS (
        DELETE FROM fraud_window w USING joined j
        WHERE cardinality(j.ids) > 1 AND w.id = ANY(j.ids) AND w.id <> j.keep
    ), kept AS (
        UPDATE fraud_window w
        SET first_at = j.a, last_at = j.b, received_at = j.received_at, level = j.level,
            warnings = j.warnings, matter_id = j.matter_id, changed = j.matter_id IS NOT NULL
        FROM joined j WHERE w.id = j.keep AND (j.grew OR cardinality(j.ids) > 1)
    ), made AS (
        INSERT INTO fraud_window
            (person, type_code, first_at, last_at, received_at, level, warnings, changed)
        SELECT person, type_code, a, b, received_at, level, warnings, false
        FROM joined WHERE keep IS NULL RETURNING 1
    )
    SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM made) INTO fresh_ones, opened;
END $$;
