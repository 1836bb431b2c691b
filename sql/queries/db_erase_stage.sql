-- The records to be erased, and whose states they are, for the rest of the transaction.
create temporary table erased (
    partition_id integer not null, record_offset bigint not null, stored_in text not null, family smallint, authority text collate "C",
    entity_id text collate "C", value_bytes bigint not null, primary key (partition_id, record_offset)
) on commit drop
