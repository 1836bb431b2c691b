-- The oracle's cells, from the product's rollup. "Desconegut" is no district of the areas, so the product counts it as
-- unassigned; nothing else is. The file of 2015 ends with a line that is no accident (a date and a time of day, alone), which
-- the oracle counts in its month 00: the product keeps it as an incident of which nobody states a time, in no period.
select case district when 'unassigned' then 'Desconegut' else district end as district,
    to_char(date_trunc('month', day), 'YYYY-MM') as month, sum(incidents) as accidents, sum(killed) as killed,
    sum(severely_injured) as severe, sum(slightly_injured) as minor
from cityops.incident_day
where cohort = 1
group by 1, 2
having sum(incidents) > 0
union all
select coalesce(district, '(missing)'), '2015-00', count(*), coalesce(sum(killed), 0), coalesce(sum(severely_injured), 0),
    coalesce(sum(slightly_injured), 0)
from cityops.incident
where known_at is null
group by 1
order by 1, 2
