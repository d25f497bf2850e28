-- What PostgreSQL itself refuses about work reports, beside the constraints of the tables.

-- 1. What is issued stays as it was: no number, word or chart of it changes.
CREATE FUNCTION reports_issued_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    report bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.report_id ELSE OLD.report_id END;
    standing text := (SELECT state FROM kernel_matter WHERE id = report);
BEGIN
    IF standing IN ('issued', 'replaced') THEN
        RAISE EXCEPTION 'report % is issued: draft a new one that replaces it', report
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER block_stays BEFORE INSERT OR UPDATE OR DELETE ON reports_block
    FOR EACH ROW EXECUTE FUNCTION reports_issued_stays();
CREATE TRIGGER number_stays BEFORE INSERT OR UPDATE OR DELETE ON reports_number
    FOR EACH ROW EXECUTE FUNCTION reports_issued_stays();

-- 2. Who changed what is never rewritten.
CREATE FUNCTION reports_edit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'edit % is kept as it was made', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER edit_stays BEFORE UPDATE OR DELETE ON reports_edit
    FOR EACH ROW EXECUTE FUNCTION reports_edit_stays();
