-- Published results of rankings (law 5): stored, numbered, chained, never edited.
--
-- A result is its document: canonical JSON, one line of UTF-8 (sql/README.md), which says what was published, every input figure, the
-- profile's text and the versions of law 6. Its hash covers nothing of the clock; who published it, when and why stand beside it.
create table cityops.published_result (
    profile text not null,            -- the profile's id
    subjects text not null,           -- what was ranked: district
    number integer not null,          -- 1, 2, ... in the chain of (profile, subjects)
    period text not null,             -- 2022-12, 2022, 2022-10..2022-12
    from_day date not null,
    until_day date not null,
    stage text not null,              -- announced, final, restated
    restatement integer not null,     -- of restated: 1, 2, ...; else 0
    document bytea not null,
    document_sha256 text not null,    -- SHA-256 of the document, in hex
    previous_sha256 text not null,    -- chain_sha256 of the result before; of the first 64 zeros
    chain_sha256 text not null,       -- SHA-256 of "previous_sha256 document_sha256" and a line feed
    published_at timestamptz not null,
    published_by text not null,       -- the role that logged in
    reason text not null,             -- of a restatement; else empty
    constraint published_result_pk primary key (profile, subjects, number),
    constraint published_result_stage unique (profile, subjects, period, stage, restatement),
    constraint published_result_stages check (stage in ('announced', 'final', 'restated')),
    constraint published_result_restatement check ((stage = 'restated') = (restatement > 0)),
    constraint published_result_days check (from_day < until_day),
    constraint published_result_reason check (stage <> 'restated' or reason <> ''),
    constraint published_result_document check (document_sha256 = encode(sha256(document), 'hex')),
    constraint published_result_chain check (chain_sha256
        = encode(sha256(convert_to(previous_sha256 || ' ' || document_sha256 || e'\n', 'UTF8')), 'hex'))
);

-- Gives a new result its place in the chain, whatever its writer says of that, and keeps the stages in their order. Whoever publishes
-- takes the same lock before he reads figures, so that two at once give one result.
create function cityops.published_result_add() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    head record;
    stages record;
begin
    perform pg_advisory_xact_lock(7263951, hashtext(new.profile || '/' || new.subjects));
    select r.number, r.chain_sha256 into head
    from cityops.published_result r
    where r.profile = new.profile and r.subjects = new.subjects
    order by r.number desc
    limit 1;
    select coalesce(bool_or(r.stage = 'final'), false) as is_final, coalesce(max(r.restatement), 0) as restatements into stages
    from cityops.published_result r
    where r.profile = new.profile and r.subjects = new.subjects and r.period = new.period;
    if (new.stage = 'restated') <> stages.is_final then
        raise exception 'result % of % cannot be %: it is % final', new.period, new.profile, new.stage,
            case when stages.is_final then 'already' else 'not yet' end using errcode = 'check_violation';
    end if;
    new.restatement := case when new.stage = 'restated' then stages.restatements + 1 else 0 end;
    new.number := coalesce(head.number, 0) + 1;
    new.previous_sha256 := coalesce(head.chain_sha256, repeat('0', 64));
    new.document_sha256 := encode(sha256(new.document), 'hex');
    new.chain_sha256 := encode(sha256(convert_to(new.previous_sha256 || ' ' || new.document_sha256 || e'\n', 'UTF8')), 'hex');
    new.published_at := clock_timestamp();
    new.published_by := session_user;
    return new;
end
$$;
create trigger published_result_add before insert on cityops.published_result
    for each row execute function cityops.published_result_add();

create function cityops.published_result_keep() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'published results are final: restate with cityops-rank restate'
        using errcode = 'insufficient_privilege';
end
$$;
create trigger published_result_keep before update or delete or truncate on cityops.published_result
    for each statement execute function cityops.published_result_keep();

-- The number that an exact fraction of a document ("341/347", "5") is, for queries.
create function cityops.fraction(exact text) returns numeric
    language sql immutable parallel safe
    return split_part(exact, '/', 1)::numeric / coalesce(nullif(split_part(exact, '/', 2), ''), '1')::numeric;
