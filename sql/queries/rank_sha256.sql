-- The SHA-256 of bytes, in hexadecimal.
-- Parameters: bytes bytea.
-- Columns: sha256 text.
select encode(sha256($1), 'hex') as sha256
