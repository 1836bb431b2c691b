// One moment of the database: what a ranking reads, and the versions that its figures depend on (law 6).
//
// Everything is read in one REPEATABLE READ transaction, so that rollups, states, generation and ledger agree. No clock.
#pragma once

#include "common/postgres.h"
#include "common/reference.h"
#include "core/indicator.h"
#include "rank/period.h"
#include "rank/subjects.h"

// One hour of a road segment, or (segment empty, no hour) all hours of a kind that nobody looks at one by one.
struct traffic_hour {
    struct text district, segment;
    int64_t hour_us; // its start; INSTANT_NONE: a sum
    int16_t kind;    // as of cells of COUNTED_TRAFFIC
    const int64_t *measures;
};

struct traffic_hours {
    struct traffic_hour *list; // by district, segment, hour, kind
    size_t count;
};

struct offset_vector;

struct snapshot {
    struct postgres *postgres;
    struct generation generation;
    bool has_no_states; // of a walk that did without
    bool is_as_of;      // an earlier cut-off: readings of traffic cannot be asked for, but of:
    const struct traffic_hours *stored_hours; // of a published result; null: of the database
};

// Connects, begins, and loads the generation; where the key "as-of" (CONFIG_KEY_AS_OF) is set, folds what was known then.
// snapshot_close in any case.
bool snapshot_open(const struct config *config, struct snapshot *out, struct error *error);
// Of commands that have no such key: now.
bool snapshot_open_newest(const struct config *config, struct snapshot *out, struct error *error);
// Leaves the moment for that of a published result: a generation, a vector as printed, and the hours of traffic that it has stored.
bool snapshot_move(struct snapshot *snapshot, int32_t generation, const char *vector,
                   const struct traffic_hours *hours, struct error *error);
// As snapshot_open, for whoever publishes results of a chain ("profile/district"): waits until nobody else does before the moment is fixed,
// and may write; what was written is there after snapshot_commit, or not at all.
bool snapshot_open_to_publish(const struct config *config, const char *chain, struct snapshot *out,
                              struct error *error);
bool snapshot_commit(struct snapshot *snapshot, struct error *error);
// as_of.c: from now on, states, rollups, ledger and progress are those of the cut-off that `text` names (as_of_read).
bool snapshot_fold_as_of(struct snapshot *snapshot, const char *text, struct error *error);
void snapshot_close(struct snapshot *snapshot);

// Several earlier cut-offs one after the other, from one pass over the journal. `vectors` as as_of_fold_steps wants them; they have to live
// as long as the walk. Before the first step nothing is known.
struct snapshot_walk;
// Connects, begins, and loads the generation, for a walk.
bool snapshot_open_to_walk(const struct config *config, struct snapshot *out, struct error *error);
// `with_states`: assessments that read them (assessment_reads_states) will be asked for. snapshot_walk_end in any case.
bool snapshot_walk_begin(struct snapshot *snapshot, const struct offset_vector *vectors,
                         size_t count, bool with_states, struct snapshot_walk **out,
                         struct error *error);
bool snapshot_check_states(const struct snapshot *snapshot,
                           struct error *error);                          // that it has them
bool snapshot_walk_step(struct snapshot_walk *walk, struct error *error); // to the next cut-off
void snapshot_walk_end(struct snapshot_walk *walk);                       // takes null

// The districts of the period's first day in the reference data, and every other that something was counted of, with the
// cells that are needed. Nothing else reads rollups for a ranking; others than districts: rank/regroup.h.
bool snapshot_read_districts(struct snapshot *snapshot, struct arena *arena,
                             const struct period *period, const struct count_needs *needs,
                             struct subjects *out, struct error *error);

// What was observed of the entities of one subject, nature, kind and flags; in no order.
struct observed_group {
    size_t subject; // position
    int nature, kind;
    unsigned flags;
    struct observation *list;
    const int64_t *begins_us; // of each, where they were asked for
    size_t count;
};

// What a quantile is taken of.
struct observations {
    enum observed observed;    // asked for
    enum subject_kind subject; // of whom
    bool with_begins;          // also when each began: of tickets alone
    uint32_t required;         // of COMPLETE
    uint8_t cohort;
    struct observed_group *list;
    size_t count;
};

// Fills the list with what is asked for, of the entities whose cohort lies in the period, from the states.
bool snapshot_read_observations(struct snapshot *snapshot, struct arena *arena,
                                const struct period *period, const struct subjects *subjects,
                                struct observations *observations, struct error *error);

// Hours of road segments in the period: those of `kinds` (bit set) one by one, all others as one sum by district and kind. What a
// published result stores, since readings are not journalled.
bool snapshot_read_traffic_hours(struct snapshot *snapshot, struct arena *arena,
                                 const struct period *period, uint64_t kinds,
                                 struct traffic_hours *out, struct error *error);
// The cells and observations that they make.
void traffic_hours_add_cells(const struct traffic_hours *hours, struct arena *arena,
                             struct subjects *subjects);
void traffic_hours_observe(const struct traffic_hours *hours, struct arena *arena,
                           const struct subjects *subjects, struct observations *observations);

// The names that an entity's state holds (below: the unit of a ticket, the town of an incident), and the subject that they mean
// for what is observed of it, as of a day.
struct observed_names {
    struct text district, below, town, village;
    int channel;
};
struct text observed_subject(enum observed observed, const struct area_index *areas,
                             enum subject_kind subject, const struct observed_names *names,
                             int32_t day);

// Which of them count: of the subjects whose member[position] is set, under a caliber, of the kinds (bit set; 0: all).
struct observation_filter {
    const bool *member;
    struct caliber caliber;
    uint64_t kinds;
    // Where set, each is counted as this rule counts time (needs begins); where it has a limit, as 1 or 0.
    const struct time_rule *time;
    const struct working_time *working;
};

// The calendar of the generation. ERROR_BAD_CONFIG when none is loaded.
bool snapshot_read_calendar(struct snapshot *snapshot, struct arena *arena,
                            struct working_time *out, struct error *error);

// Those, ascending. Returns how many.
size_t observations_sorted(struct arena *arena, const struct observations *observations,
                           const struct observation_filter *filter, struct observation **out);

// Problems found in one village, most problems first.
struct village_problems {
    struct text code;        // AREA_UNASSIGNED, or empty where none is stated
    const struct area *area; // null for those two
    int64_t problems, rectified, settled;
};

// Of whole civil months: the period must start on the first day of one. `theme`: enum problem_theme.
bool snapshot_read_villages(struct snapshot *snapshot, struct arena *arena,
                            const struct period *period, int theme, struct village_problems **out,
                            size_t *count, struct error *error);

// The cut-off, and whether everything below the period's end is in it (DESIGN 4).
struct cut_off {
    const char *vector; // "topic[0]=20138 topic[1]=...", or "" for an empty ledger
    const char *digest; // 16 hexadecimal digits of the vector
    bool is_complete;
    const char *missing; // in English sentences (rank/incomplete.h); "" when complete
    bool is_consumed;    // nothing is missing but what silent sources may yet publish
    struct text *silent; // sources that have not published everything up to the period's end
    size_t silent_count;
    int64_t lost; // records below the vector that no log had any more, as an operator has accepted
};

bool snapshot_read_cut_off(struct snapshot *snapshot, struct arena *arena, int64_t period_until_us,
                           struct cut_off *out, struct error *error);
const char *cut_off_digest(struct arena *arena, const char *vector); // of a vector as printed
// SHA-256 in hexadecimal.
bool snapshot_sha256(struct snapshot *snapshot, struct arena *arena, struct text bytes,
                     const char **out, struct error *error);
