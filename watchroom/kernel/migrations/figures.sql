-- What figures rest on.

-- 1. Where each agency stood in the tree, and when: from the place it has now and those it had.
CREATE VIEW kernel_agency_at AS
SELECT a.id AS agency_id, a.path,
    coalesce((SELECT max(f.until) FROM kernel_formerplace f WHERE f.agency_id = a.id),
             timestamptz '0001-01-01 00:00+00') AS since,
    timestamptz '9999-12-31 00:00+00' AS until
FROM kernel_agency a
UNION ALL
SELECT f.agency_id, f.path,
    coalesce(lag(f.until) OVER (PARTITION BY f.agency_id ORDER BY f.until),
             timestamptz '0001-01-01 00:00+00'),
    f.until
FROM kernel_formerplace f;

-- 2. A figure that went out stays what it was.
CREATE FUNCTION kernel_issued_figure_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued figure cannot be edited: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER issued_figure_is_final BEFORE UPDATE OR DELETE ON kernel_issuedfigure
    FOR EACH ROW EXECUTE FUNCTION kernel_issued_figure_is_final();
CREATE TRIGGER issued_figures_are_never_emptied BEFORE TRUNCATE ON kernel_issuedfigure
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_issued_figure_is_final();
