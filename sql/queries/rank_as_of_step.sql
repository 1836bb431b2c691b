-- Moves the temporary tables of an earlier cut-off (rank_as_of_tables) to a later one: states that changed take the place of what
-- they were, rows of rollups are added (only their sum means anything), ledger and progress are emptied.
do $$
declare
    staged text;
    kept text;
begin
    truncate pg_temp.ledger, pg_temp.source_progress;
    for staged in select relname from pg_class where relnamespace = pg_my_temp_schema() and relname like 'staged\_%' loop
        kept := substr(staged, length('staged_') + 1);
        if exists (select from pg_attribute where attrelid = format('pg_temp.%I', staged)::regclass and attname = 'row_version') then
            execute format('analyze pg_temp.%I', staged);
            execute format('delete from pg_temp.%I k using pg_temp.%I s where k.authority = s.authority and k.entity_id = s.entity_id',
                kept, staged);
        end if;
        execute format('insert into pg_temp.%I select * from pg_temp.%I', kept, staged);
        execute format('drop table pg_temp.%I', staged);
    end loop;
end
$$
