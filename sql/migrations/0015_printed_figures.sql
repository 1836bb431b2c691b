-- What others published of their own: counts, or rates rounded to the digits that were printed. Reference data: append-only, versioned.

alter table cityops.reference_version
    drop constraint reference_version_kind,
    add constraint reference_version_kind
        check (kind in ('areas', 'aliases', 'calendar', 'sources', 'sensors', 'adjustments', 'figures'));

create table cityops.printed_figure (
    reference_version integer not null,
    line integer not null,                 -- of the file
    subject text collate "C" not null,     -- code of an area
    indicator text collate "C" not null,   -- as profiles key it: W09, E03-P90
    first_month date not null,             -- of its period
    months integer not null,               -- how long that is: 1, 3 or 12
    value text not null,                   -- as printed, 93.80 with its zero; empty: numerator and n say it
    numerator bigint,                      -- null: not published
    n bigint,                              -- the denominator; null: not published
    unit text not null,                    -- count, percent, hours or ratio
    rounding text not null,                -- how the source rounds: half-up, truncated, or unknown
    source text not null,                  -- who published it, and where it can be looked up
    published_on date not null,
    corrects text not null,                -- the value that was loaded of it before by mistake; empty: it is no correction of ours
    constraint printed_figure_pk primary key (reference_version, line),
    constraint printed_figure_version_fk foreign key (reference_version) references cityops.reference_version,
    constraint printed_figure_months check (months in (1, 3, 12)),
    constraint printed_figure_stated check (value <> '' or (numerator is not null and n is not null)),
    constraint printed_figure_counts check (n > 0 and numerator between 0 and n),
    constraint printed_figure_rounding check (rounding in ('half-up', 'truncated', 'unknown')),
    constraint printed_figure_source check (source <> '')
);
