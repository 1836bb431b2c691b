-- What has become of these letters. Parameters: letters text[].
-- Columns: letter text, became text (null: there is none of this name), replayed_as text or null.
select n.letter, d.became, d.replayed_as
from unnest($1::text[]) with ordinality as n (letter, place)
left join cityops.dead_letters d on d.letter = n.letter
order by n.place
