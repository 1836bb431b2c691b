-- A migration has been applied. Parameters: number integer, name text, sha256 text.
insert into cityops.migration (number, name, sha256)
values ($1, $2, $3)
