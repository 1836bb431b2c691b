-- Publishes a result; its number, hashes, time and author are the database's to give.
-- Parameters: profile text, subjects text, period text, from_day date, until_day date, stage text, document bytea, reason text.
insert into cityops.published_result (profile, subjects, period, from_day, until_day, stage, restatement, document, reason)
values ($1, $2, $3, $4, $5, $6, case when $6 = 'restated' then 1 else 0 end, $7, $8)
