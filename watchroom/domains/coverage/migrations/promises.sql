-- What PostgreSQL itself refuses about posts, beside the constraints of the tables.

-- 1. A plan that was submitted stays as it was read: lines, people and requirements change only in
--    a draft.
CREATE FUNCTION coverage_only_drafts_change(which bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM kernel_matter WHERE id = which AND state <> 'drafted') THEN
        RAISE EXCEPTION 'plan % is no draft: its content stays', which
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION coverage_plan_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM coverage_only_drafts_change(OLD.plan_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM coverage_only_drafts_change(NEW.plan_id); RETURN NEW; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER lines_of_drafts_only BEFORE INSERT OR UPDATE OR DELETE ON coverage_planline
    FOR EACH ROW EXECUTE FUNCTION coverage_plan_content();
CREATE TRIGGER requirements_of_drafts_only BEFORE INSERT OR UPDATE OR DELETE ON coverage_requirement
    FOR EACH ROW EXECUTE FUNCTION coverage_plan_content();

CREATE FUNCTION coverage_line_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint;
BEGIN
    SELECT plan_id INTO which FROM coverage_planline
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.planline_id ELSE NEW.planline_id END;
    PERFORM coverage_only_drafts_change(which);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_of_drafts_only BEFORE INSERT OR UPDATE OR DELETE ON coverage_planline_staff
    FOR EACH ROW EXECUTE FUNCTION coverage_line_people();

CREATE FUNCTION coverage_line_turns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint;
BEGIN
    SELECT plan_id INTO which FROM coverage_planline
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.line_id ELSE NEW.line_id END;
    PERFORM coverage_only_drafts_change(which);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER turns_of_drafts_only BEFORE INSERT OR UPDATE OR DELETE ON coverage_turn
    FOR EACH ROW EXECUTE FUNCTION coverage_line_turns();

-- 2. A plan is in force exactly while its matter says so.
CREATE FUNCTION coverage_in_force_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
    said boolean;
BEGIN
    SELECT in_force INTO said FROM coverage_plan WHERE matter_id = NEW.matter_id;
    SELECT state INTO standing FROM kernel_matter WHERE id = NEW.matter_id;
    IF said <> (standing = 'in_force') THEN
        RAISE EXCEPTION 'plan %: in force is %, but it is "%"', NEW.matter_id, said, standing
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER in_force_is_true AFTER INSERT OR UPDATE ON coverage_plan
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION coverage_in_force_is_true();
