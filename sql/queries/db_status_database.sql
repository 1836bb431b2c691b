-- One line about the database. Columns, all text: migration, generation, reference, fold, zone, made.
select
    (select max(number)::text from cityops.migration) as migration,
    g.generation::text as generation,
    g.reference_version::text || case
        when r.newest > g.reference_version then ' (' || r.newest::text || ' loaded: rebuild --rollups)'
        else ''
    end as reference,
    g.fold_version::text as fold,
    g.zone,
    to_char(g.made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as made
from cityops.generation g,
    (select coalesce(max(reference_version), 0) as newest from cityops.reference_version) r
order by g.generation desc
limit 1
