-- The group roles. Nobody logs in as one of them: grant them to your own roles ("grant cityops_writer to aggregator").
-- The owner is whoever runs cityops-db migrate. Re-runnable; needs the right to create roles.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['cityops_writer', 'cityops_analyst', 'cityops_publisher'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin', wanted);
            exception
                when duplicate_object then null; -- roles belong to the whole cluster: another database was faster
                when unique_violation then null;
            end;
        end if;
    end loop;
end
$$;
