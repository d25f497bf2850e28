-- What PostgreSQL itself refuses. Read together with kernel/README.md.

-- 1. The trail is written once. Not even the owner of the tables may change it.
CREATE FUNCTION kernel_trail_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail cannot be edited: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER trail_is_final BEFORE UPDATE OR DELETE ON kernel_entry
    FOR EACH ROW EXECUTE FUNCTION kernel_trail_is_final();
CREATE TRIGGER trail_is_never_emptied BEFORE TRUNCATE ON kernel_entry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_trail_is_final();
CREATE TRIGGER chains_stay BEFORE DELETE ON kernel_chain
    FOR EACH ROW EXECUTE FUNCTION kernel_trail_is_final();
CREATE TRIGGER chains_are_never_emptied BEFORE TRUNCATE ON kernel_chain
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_trail_is_final();

-- 2. A matter never changes its standing without a new version, and no version stands at commit
--    without its entry.
CREATE FUNCTION kernel_matter_needs_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version = OLD.version THEN
        RAISE EXCEPTION 'matter %: its standing changes only by taking a step', OLD.number
            USING ERRCODE = 'restrict_violation';
    ELSIF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'matter %: version goes up by one', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER matter_needs_version BEFORE UPDATE ON kernel_matter FOR EACH ROW
    WHEN ((OLD.state, OLD.version, OLD.number, OLD.kind, OLD.agency_id, OLD.owner_id, OLD.priority,
           OLD.occurred_at, OLD.entered_at, OLD.closed_at, OLD.sealed)
          IS DISTINCT FROM
          (NEW.state, NEW.version, NEW.number, NEW.kind, NEW.agency_id, NEW.owner_id, NEW.priority,
           NEW.occurred_at, NEW.entered_at, NEW.closed_at, NEW.sealed))
    EXECUTE FUNCTION kernel_matter_needs_version();

CREATE FUNCTION kernel_matter_has_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM kernel_entry e
                   WHERE e.matter_id = NEW.id AND e.matter_version = NEW.version
                     AND e.to_state = NEW.state) THEN
        RAISE EXCEPTION 'matter % is "%" at version % without a trail entry',
            NEW.number, NEW.state, NEW.version USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER matter_opened_with_entry AFTER INSERT ON kernel_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel_matter_has_entry();
CREATE CONSTRAINT TRIGGER matter_moved_with_entry AFTER UPDATE ON kernel_matter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version)
    EXECUTE FUNCTION kernel_matter_has_entry();

CREATE FUNCTION kernel_matter_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a matter is ended, never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER matter_stays BEFORE DELETE ON kernel_matter
    FOR EACH ROW EXECUTE FUNCTION kernel_matter_stays();

-- 3. Every new entry wakes the live stream; one wake-up a transaction, however many entries.
CREATE FUNCTION kernel_trail_wakes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('watchroom_trail', '');
    RETURN NULL;
END $$;
CREATE TRIGGER trail_wakes AFTER INSERT ON kernel_entry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_trail_wakes();

-- 4. Numbers come from one sequence: two desks never wait for each other to number a matter.
CREATE SEQUENCE kernel_matter_number;

-- 5. Positions change hundreds of times a second: leave room so that updates stay on their page.
ALTER TABLE kernel_unitposition SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE kernel_chain SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.02);

-- 6. What is under legal hold keeps its documents, whoever asks.
CREATE FUNCTION kernel_hold_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM kernel_hold WHERE matter_id = OLD.matter_id AND lifted_at IS NULL) THEN
        RAISE EXCEPTION 'document %: its matter is under legal hold', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER hold_keeps_from_erasure BEFORE UPDATE ON kernel_document FOR EACH ROW
    WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION kernel_hold_keeps();
CREATE TRIGGER hold_keeps_from_deletion BEFORE DELETE ON kernel_document FOR EACH ROW
    EXECUTE FUNCTION kernel_hold_keeps();
