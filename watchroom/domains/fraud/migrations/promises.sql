-- What PostgreSQL itself refuses in the fraud centre, beside the constraints of the tables.

-- 1. A warning stays as it was received; so do rules and types once they are kept.
CREATE FUNCTION fraud_kept_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays as it was received or imported: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER warning_stays BEFORE DELETE ON fraud_warning
    FOR EACH ROW EXECUTE FUNCTION fraud_kept_stays();
-- But for what ends with its time: whose it was, the words and the age, and not within 90 days.
CREATE TRIGGER warning_ends BEFORE UPDATE ON fraud_warning FOR EACH ROW
    WHEN (OLD.received_at > now() - interval '90 days' OR NEW.words <> '' OR NEW.age IS NOT NULL
          OR to_jsonb(OLD) - '{person,words,age}'::text[]
             IS DISTINCT FROM to_jsonb(NEW) - '{person,words,age}'::text[])
    EXECUTE FUNCTION fraud_kept_stays();
CREATE TRIGGER type_stays BEFORE UPDATE OR DELETE ON fraud_fraudtype
    FOR EACH ROW EXECUTE FUNCTION fraud_kept_stays();
CREATE TRIGGER taking_back_stays BEFORE UPDATE OR DELETE ON fraud_takenback
    FOR EACH ROW EXECUTE FUNCTION fraud_kept_stays();
CREATE TRIGGER rules_stay BEFORE UPDATE ON fraud_ruleset FOR EACH ROW
    WHEN (OLD.rules IS DISTINCT FROM NEW.rules OR OLD.version <> NEW.version)
    EXECUTE FUNCTION fraud_kept_stays();

-- 2. While a case is open its level never falls.
CREATE FUNCTION fraud_level_rises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'case %: while it is open its level can only rise', NEW.number
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER fraud_level_rises BEFORE UPDATE OF priority ON kernel_matter FOR EACH ROW
    WHEN (NEW.kind = 'fraud.case' AND OLD.closed_at IS NULL AND NEW.priority > OLD.priority)
    EXECUTE FUNCTION fraud_level_rises();

-- 3. A case counts as open exactly while its matter is: one open case a person and type.
CREATE FUNCTION fraud_open_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pk bigint;
BEGIN
    IF TG_TABLE_NAME = 'fraud_case' THEN pk := NEW.matter_id; ELSE pk := NEW.id; END IF;
    IF EXISTS (SELECT FROM fraud_case c JOIN kernel_matter m ON m.id = c.matter_id
               WHERE c.matter_id = pk AND c.open <> (m.closed_at IS NULL)) THEN
        RAISE EXCEPTION 'case %: open, but its matter is over, or the reverse', pk
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fraud_open_is_true AFTER INSERT OR UPDATE ON fraud_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fraud_open_is_true();
CREATE CONSTRAINT TRIGGER fraud_matter_open_is_true AFTER UPDATE ON kernel_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.kind = 'fraud.case' AND OLD.closed_at IS DISTINCT FROM NEW.closed_at)
    EXECUTE FUNCTION fraud_open_is_true();
