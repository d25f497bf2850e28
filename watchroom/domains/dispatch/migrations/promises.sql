-- What PostgreSQL itself refuses in dispatch, beside the constraints of the tables.

-- 1. A class is never edited: a new version of the list is imported.
CREATE FUNCTION dispatch_class_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'incident class % stays as imported: import a new version of the list', OLD.code
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER class_stays BEFORE UPDATE OR DELETE ON dispatch_incidentclass
    FOR EACH ROW EXECUTE FUNCTION dispatch_class_stays();

-- 2. What the call-taker typed is never overwritten.
CREATE FUNCTION dispatch_typed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was typed stays as typed (incident %)', OLD.matter_id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER typed_stays BEFORE UPDATE ON dispatch_incident FOR EACH ROW
    WHEN (OLD.place_typed <> '' AND OLD.place_typed IS DISTINCT FROM NEW.place_typed)
    EXECUTE FUNCTION dispatch_typed_stays();

-- 3. An assignment holds its unit exactly while it is sent, signed, under way or on scene.
CREATE FUNCTION dispatch_holding_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
    row_now dispatch_assignment%ROWTYPE;
BEGIN
    SELECT * INTO row_now FROM dispatch_assignment WHERE matter_id = NEW.matter_id;
    SELECT state INTO standing FROM kernel_matter WHERE id = NEW.matter_id;
    IF row_now.holding <> (standing IN ('sent', 'signed', 'set_out', 'arrived')) THEN
        RAISE EXCEPTION 'assignment %: holding its unit is %, but it is "%"',
            NEW.matter_id, row_now.holding, standing USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER holding_is_true AFTER INSERT OR UPDATE ON dispatch_assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dispatch_holding_is_true();

-- 4. What was told to the public stays as it was told.
CREATE FUNCTION dispatch_told_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'alert message % stays as it was sent: send an update', OLD.identifier
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER told_stays BEFORE UPDATE OR DELETE ON dispatch_alertmessage
    FOR EACH ROW EXECUTE FUNCTION dispatch_told_stays();
