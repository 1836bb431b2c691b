-- A letter's value in text. Parameters: value bytea, encoding text (hex, base64). Columns: text text.
select encode($1, $2) as text
