-- What PostgreSQL itself refuses about disputes, beside the constraints of the tables.

-- 1. A type is never edited: a new version of the list is imported.
CREATE FUNCTION disputes_type_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'type % stays as imported: import a new version of the list', OLD.code
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER type_stays BEFORE UPDATE OR DELETE ON disputes_disputetype
    FOR EACH ROW EXECUTE FUNCTION disputes_type_stays();

-- 2. What is signed stays as it was read: no word of an agreement changes, no signature goes away.
CREATE FUNCTION disputes_agreement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'agreement % stays as it was drawn up', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER agreement_stays BEFORE UPDATE ON disputes_agreement FOR EACH ROW
    WHEN ((OLD.text, OLD.terms, OLD.perform_by, OLD.oral, OLD.template, OLD.drafted_at)
          IS DISTINCT FROM
          (NEW.text, NEW.terms, NEW.perform_by, NEW.oral, NEW.template, NEW.drafted_at)
          OR (OLD.document_id IS NOT NULL AND OLD.document_id IS DISTINCT FROM NEW.document_id)
          OR (OLD.in_force_at IS NOT NULL AND OLD.in_force_at IS DISTINCT FROM NEW.in_force_at))
    EXECUTE FUNCTION disputes_agreement_stays();
CREATE TRIGGER agreement_is_kept BEFORE DELETE ON disputes_agreement
    FOR EACH ROW EXECUTE FUNCTION disputes_agreement_stays();

CREATE FUNCTION disputes_signature_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'signature % stays as it was given', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER signature_stays BEFORE UPDATE OR DELETE ON disputes_signature
    FOR EACH ROW EXECUTE FUNCTION disputes_signature_stays();
