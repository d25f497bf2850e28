-- Search over Chinese text. Why it is built like this, with measurements: docs/decisions/search.md.

-- 1. What can be found in a text: every two neighbouring Chinese characters, the last one of each
--    run alone, every word of letters and digits, the letters and the digits of a mixed word, and
--    the last four digits of a long number. Full-width forms are folded first. The ranges are the
--    Chinese characters of Unicode: extension A and the basic block, compatibility, planes 2 and 3.
CREATE FUNCTION kernel_grams(words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    WITH folded AS (SELECT lower(normalize(words, NFKC)) AS words),
    letters AS (
        SELECT letter, place, ascii(letter) BETWEEN x'3400'::int AND x'9FFF'::int
                           OR ascii(letter) BETWEEN x'F900'::int AND x'FAFF'::int
                           OR ascii(letter) BETWEEN x'20000'::int AND x'333AF'::int AS han
        FROM folded, unnest(string_to_array(folded.words, NULL)) WITH ORDINALITY AS one(letter, place)
    ),
    pairs AS (
        SELECT letter, han, CASE WHEN lead(han) OVER (ORDER BY place)
                                 THEN lead(letter) OVER (ORDER BY place) ELSE '' END AS following
        FROM letters
    )
    SELECT array_to_tsvector(coalesce(array_agg(gram), '{}')) FROM (
        SELECT letter || following AS gram FROM pairs WHERE han
        UNION ALL
        SELECT (regexp_matches(folded.words, '[a-zß-ÿ0-9]+', 'g'))[1] FROM folded
        UNION ALL
        SELECT (regexp_matches(folded.words, '[a-zß-ÿ]+|[0-9]+', 'g'))[1] FROM folded
        UNION ALL
        SELECT right((regexp_matches(folded.words, '[0-9]{7,}', 'g'))[1], 4) FROM folded
    ) AS found
$$;

-- 2. Kept beside the matter, not in it: a step rewrites the matter's row several times a minute, and
--    must not touch this index. One statement for however many matters come in together.
CREATE FUNCTION kernel_searched(number text, title text, place text, words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(normalize(concat_ws(E'\n', number, title, place, words), NFKC))
$$;
-- Where a matter lies is found like a word: "@17" for its agency and for every one above it, so that
-- a rare word and a small agency meet in one index. An agency keeps its parent; nobody can type an @.
CREATE FUNCTION kernel_found_by(number text, title text, place text, words text, agency bigint)
RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT kernel_grams(kernel_searched(number, title, place, words)) || array_to_tsvector(coalesce(
        (SELECT array_agg('@' || above) FROM kernel_agency,
                unnest(string_to_array(trim('.' FROM path), '.')) AS above WHERE id = agency), '{}'))
$$;
CREATE FUNCTION kernel_words_of_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kernel_words (matter_id, occurred_at, grams)
    SELECT id, occurred_at, kernel_found_by(number, title, place, words, agency_id) FROM made;
    RETURN NULL;
END $$;
CREATE TRIGGER matter_words_new AFTER INSERT ON kernel_matter REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_words_of_new();
CREATE FUNCTION kernel_words_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE kernel_words SET occurred_at = NEW.occurred_at,
        grams = kernel_found_by(NEW.number, NEW.title, NEW.place, NEW.words, NEW.agency_id)
    WHERE matter_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER matter_words_changed AFTER UPDATE ON kernel_matter FOR EACH ROW
    WHEN ((OLD.number, OLD.title, OLD.place, OLD.words, OLD.agency_id, OLD.occurred_at)
          IS DISTINCT FROM
          (NEW.number, NEW.title, NEW.place, NEW.words, NEW.agency_id, NEW.occurred_at))
    EXECUTE FUNCTION kernel_words_of_changed();

-- 3. The last digits of a number are what is said over the radio; places are found like matters.
CREATE INDEX matter_short_number ON kernel_matter (right(number, 6), entered_at);
CREATE INDEX place_grams ON kernel_place USING gin (kernel_grams(name || ' ' || aliases));
