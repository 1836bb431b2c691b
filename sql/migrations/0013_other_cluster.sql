-- A broker of another cluster may have the topics that were counted: a new one beside the old, or the wrong address. Its logs wait
-- until an operator says that they are meant.
alter table cityops.ledger
    drop constraint ledger_stopped_kind,
    -- other_cluster: a log of this topic was counted of another cluster, and nothing of this one yet
    add constraint ledger_stopped_kind check (stopped_kind in ('lost', 'recreated', 'other_cluster'));
alter table cityops.accepted_gap
    drop constraint accepted_gap_kind,
    add constraint accepted_gap_kind check (kind in ('lost', 'recreated', 'other_cluster', 'retired'));
