-- No batch begins until this transaction ends, and those under way have ended: a batch takes its ledger rows first.
-- Readers are not held up.
lock table cityops.ledger in exclusive mode
