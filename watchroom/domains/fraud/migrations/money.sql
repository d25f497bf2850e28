-- What PostgreSQL itself refuses about measures and money, beside the constraints of the tables.

-- 1. A matter's money is the sum of its moves, and a move stays as it was entered.
CREATE FUNCTION fraud_money_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fraud_money (matter_id, intended, held, stopped, frozen, returned, lost)
        VALUES (NEW.matter_id, 0, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING;
    UPDATE fraud_money SET
        intended = intended + CASE 'intended' WHEN NEW.target THEN NEW.fen WHEN NEW.source THEN -NEW.fen ELSE 0 END,
        held = held + CASE 'held' WHEN NEW.target THEN NEW.fen WHEN NEW.source THEN -NEW.fen ELSE 0 END,
        stopped = stopped + CASE 'stopped' WHEN NEW.target THEN NEW.fen WHEN NEW.source THEN -NEW.fen ELSE 0 END,
        frozen = frozen + CASE 'frozen' WHEN NEW.target THEN NEW.fen WHEN NEW.source THEN -NEW.fen ELSE 0 END,
        returned = returned + CASE 'returned' WHEN NEW.target THEN NEW.fen WHEN NEW.source THEN -NEW.fen ELSE 0 END,
        lost = lost + CASE 'lost' WHEN NEW.target THEN NEW.fen WHEN NEW.source THEN -NEW.fen ELSE 0 END
    WHERE matter_id = NEW.matter_id;
    RETURN NULL;
END $$;
CREATE TRIGGER money_follows_moves AFTER INSERT ON fraud_moneymove
    FOR EACH ROW EXECUTE FUNCTION fraud_money_follows();

CREATE FUNCTION fraud_moves_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a move of money stays as it was entered' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER moves_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON fraud_moneymove
    FOR EACH STATEMENT EXECUTE FUNCTION fraud_moves_stay();

CREATE FUNCTION fraud_money_only_by_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT'
        AND (NEW.intended, NEW.held, NEW.stopped, NEW.frozen, NEW.returned, NEW.lost) = (0, 0, 0, 0, 0, 0)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the money of matter % changes only by moves',
        CASE TG_OP WHEN 'DELETE' THEN OLD.matter_id ELSE NEW.matter_id END
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER money_only_by_moves BEFORE INSERT OR UPDATE OR DELETE ON fraud_money
    FOR EACH ROW EXECUTE FUNCTION fraud_money_only_by_moves();

-- 2. No bank is asked for anything that a person has not approved.
CREATE FUNCTION fraud_order_is_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM fraud_measure WHERE matter_id = NEW.measure_id AND approved_by_id IS NOT NULL)
        OR (NEW.act = 'pay') <> (NEW.claim_id IS NOT NULL)
        OR NEW.claim_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM fraud_claim c JOIN fraud_restitution r ON r.matter_id = c.restitution_id
            WHERE c.id = NEW.claim_id AND r.approved_by_id IS NOT NULL)
    THEN
        RAISE EXCEPTION 'order % was approved by nobody', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_are_approved BEFORE INSERT OR UPDATE ON fraud_bankorder
    FOR EACH ROW EXECUTE FUNCTION fraud_order_is_approved();

-- 3. Which account a measure is about, and who approved it, stays once it was approved; when it is over the holder's
--    name may end with its time.
CREATE FUNCTION fraud_measure_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_by_id IS NOT NULL AND
        (OLD.account_id, OLD.holder, OLD.sort, OLD.asked, OLD.asked_by_id, OLD.approved_by_id)
        IS DISTINCT FROM
        (NEW.account_id, CASE WHEN NEW.holder = '' AND EXISTS (
            SELECT FROM kernel_matter m WHERE m.id = NEW.matter_id AND m.closed_at IS NOT NULL)
            THEN OLD.holder ELSE NEW.holder END, NEW.sort, NEW.asked, NEW.asked_by_id, NEW.approved_by_id)
    THEN
        RAISE EXCEPTION 'measure % was approved: what it is about stays', OLD.matter_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER measures_stay BEFORE UPDATE ON fraud_measure
    FOR EACH ROW EXECUTE FUNCTION fraud_measure_stays();
