-- Points that people enter for a subject and a period: items of a base, deductions, bonuses. Reference data: append-only, versioned.

alter table cityops.reference_version
    drop constraint reference_version_kind,
    add constraint reference_version_kind
        check (kind in ('areas', 'aliases', 'calendar', 'sources', 'sensors', 'adjustments'));

create table cityops.adjustment (
    reference_version integer not null,
    line integer not null,                 -- of the file
    subject text collate "C" not null,     -- code of an area
    item text collate "C" not null,        -- as profiles name it
    first_month date not null,             -- of the period that it counts in
    months integer not null,               -- how long that is: 1, 3 or 12
    points_millionths bigint not null,     -- deductions below 0
    reason text not null,
    evidence text not null,                -- where it can be looked up: a document's number, a link
    decided_on date not null,
    constraint adjustment_pk primary key (reference_version, line),
    constraint adjustment_version_fk foreign key (reference_version) references cityops.reference_version,
    constraint adjustment_months check (months in (1, 3, 12)),
    constraint adjustment_reason check (reason <> '' and evidence <> '')
);
