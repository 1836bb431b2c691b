-- The SHA-256 of some bytes, in hex. Parameters: bytes bytea. Columns: sha256 text.
select encode(sha256($1), 'hex')
