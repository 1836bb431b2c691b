-- A read that sees one moment: rollups, states, generation and ledger agree.
begin isolation level repeatable read read only
