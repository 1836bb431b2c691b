-- What a simulated city published within minutes becomes what came in over the year: it delivers nearly in the order of time, with what is
-- late in its place. Each :piece records of a partition become a batch of their own, stored when all but the last of them had happened.
-- The outcomes of batches are not kept: verify will say so. All of it or nothing. Run by psql -v ON_ERROR_STOP=1 -v piece=N.
begin;
create temporary table piece on commit drop as
    select partition_id, record_offset / :piece as number, percentile_disc(0.95) within group (order by occurred_at) as at
    from cityops.journal group by partition_id, record_offset / :piece;
create temporary table recut on commit drop as
    select row_number() over (order by partition_id, number) as batch_id, partition_id, number * :piece as from_offset,
        least((number + 1) * :piece, next_offset) as until_offset, max(at) over (partition by partition_id order by number) as committed_at
    from piece join cityops.ledger using (partition_id);
delete from cityops.batch_range;
delete from cityops.batch;
insert into cityops.batch (batch_id, slot, generation, committed_at) overriding system value
    select batch_id, partition_id, (select max(generation) from cityops.generation), committed_at from recut;
insert into cityops.batch_range (partition_id, from_offset, until_offset, batch_id, applied, unchanged, progress, tombstones,
        quarantined, passed_over)
    select partition_id, from_offset, until_offset, batch_id, until_offset - from_offset, 0, 0, 0, 0, 0 from recut;
select setval(pg_get_serial_sequence('cityops.batch', 'batch_id'), (select max(batch_id) from cityops.batch));
commit;
