-- Published results, by chain and number.
-- Parameters: profile text, subjects text, period text (each null: any), with_documents boolean (else they are empty).
-- Columns: profile text, subjects text, number integer, period text, stage text, restatement integer, document bytea,
-- document_sha256 text, previous_sha256 text, chain_sha256 text, published_at timestamptz, published_by text, reason text,
-- document_is_right boolean, chain_is_right boolean (the hashes are what they are said to be).
select
    profile, subjects, number, period, stage, restatement, case when $4 then document else ''::bytea end as document, document_sha256,
    previous_sha256, chain_sha256, published_at, published_by, reason,
    document_sha256 = encode(sha256(document), 'hex') as document_is_right,
    chain_sha256 = encode(sha256(convert_to(previous_sha256 || ' ' || document_sha256 || e'\n', 'UTF8')), 'hex') as chain_is_right
from cityops.published_result
where ($1::text is null or profile = $1) and ($2::text is null or subjects = $2) and ($3::text is null or period = $3)
order by profile collate "C", subjects collate "C", number
