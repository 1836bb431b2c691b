-- The temporary tables that stand before those of the ledger and of progress in a question as of an earlier cut-off; and the
-- staging tables of states and rollups get the names of what they stage.
do $$
declare
    staged text;
begin
    create temporary table ledger (like cityops.ledger) on commit drop;
    create temporary table source_progress (like cityops.source_progress) on commit drop;
    for staged in select relname from pg_class where relnamespace = pg_my_temp_schema() and relname like 'staged\_%' loop
        execute format('alter table pg_temp.%I rename to %I', staged, substr(staged, length('staged_') + 1));
    end loop;
end
$$
