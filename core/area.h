// Areas and their names: which district, town, village or unit a name in an event means.
//
// Names come as sources write them; aliases with validity dates turn them into codes. A name that nobody knows goes to the
// area "unassigned": counted, never dropped. The index is immutable after area_index_finish: any thread may read it.
// Source of the rules: DOMAIN 6.11 (names), DESIGN 3 (reference data).
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/text.h"

#include <stdint.h>

enum area_kind { AREA_CITY = 1, AREA_DISTRICT = 2, AREA_TOWN = 3, AREA_VILLAGE = 4, AREA_UNIT = 5 };

#define AREA_UNASSIGNED "unassigned" // reserved code
#define DAY_MIN INT32_MIN
#define DAY_MAX INT32_MAX

struct area {
    struct text code; // stable, for example GB/T 2260 "440113"
    enum area_kind kind;
    struct text parent; // code, or empty
    struct text name_zh, name_en;
    struct text group;                       // peer group, or empty
    int32_t valid_from_day, valid_until_day; // half open; DAY_MIN, DAY_MAX when unbounded
};

// A name for a code. The code itself and both names are aliases without being listed. Names are compared after
// trimming, otherwise byte for byte. The empty name may be an alias too: of tickets that state no area.
struct area_alias {
    struct text name, code;
    enum area_kind kind;
    int32_t valid_from_day, valid_until_day;
};

struct area_index;

struct area_index *area_index_new(void);
void area_index_free(struct area_index *index);
// Both copy and trim. Add areas first: an alias is refused (ERROR_BAD_CONFIG) when its code is unknown or of another kind,
// an area when it has no code, the reserved one, or no valid day.
bool area_index_add(struct area_index *index, const struct area *area, struct error *error);
bool area_index_add_alias(struct area_index *index, const struct area_alias *alias,
                          struct error *error);
// Checks that codes are unique at any day, parents exist (on at least one of the area's days), no cycle, and that no name
// means two areas of one kind on one day. ERROR_BAD_CONFIG names both. Look-ups need a finished index.
bool area_index_finish(struct area_index *index, struct error *error);

// The area of this kind that `name` means on `day`; null when nobody knows it.
const struct area *area_find(const struct area_index *index, enum area_kind kind, struct text name,
                             int32_t day);
// Whether the name means some area of this kind on any day.
bool area_name_is_known(const struct area_index *index, enum area_kind kind, struct text name);
// By code, whatever its kind; null when unknown.
const struct area *area_by_code(const struct area_index *index, struct text code, int32_t day);
// The ancestor (or the area itself) of this kind; null when there is none.
const struct area *area_ancestor(const struct area_index *index, const struct area *area,
                                 enum area_kind kind, int32_t day);
// The area's code; AREA_UNASSIGNED for null.
struct text area_code(const struct area *area);
// The code of the district that an entity lies in: the one named; where `district` is blank, the one above the area `below`
// (a town, a village, a unit) of this kind; where that is blank too, what the empty name means. AREA_UNASSIGNED when unknown.
struct text area_district_code(const struct area_index *index, struct text district,
                               enum area_kind below_kind, struct text below, int32_t day);
// A unit may be listed as a unit, or be a town's own office; null when nobody knows it.
const struct area *area_find_unit(const struct area_index *index, struct text name, int32_t day);
// The district above a unit, or the district that the name itself means; null when there is none.
const struct area *area_unit_district(const struct area_index *index, struct text name,
                                      int32_t day);
// The code of a unit: empty for a blank name and for one that means a whole district, AREA_UNASSIGNED when unknown.
struct text area_unit_code(const struct area_index *index, struct text name, int32_t day);
// The code of the district that answers for what a unit has: the one named; where `district` is blank, the one above the
// unit; where there is none, what the empty name means. AREA_UNASSIGNED when unknown.
struct text area_responsible_code(const struct area_index *index, struct text district,
                                  struct text unit, int32_t day);
// The code of the town that these names lead to: the town, the one above the village, else above the unit (or the unit, where it
// is a town's own office); the first that is not blank decides. AREA_UNASSIGNED when that leads to none.
struct text area_town_code(const struct area_index *index, struct text town, struct text village,
                           struct text unit, int32_t day);
// The code of an area of this kind by its name; AREA_UNASSIGNED when the name is blank or unknown.
struct text area_named_code(const struct area_index *index, enum area_kind kind, struct text name,
                            int32_t day);
size_t area_count(const struct area_index *index);
const struct area *area_at(const struct area_index *index, size_t position); // in the order added
bool area_has_code(const struct area_index *index, struct text code);        // on any day

const char *area_kind_name(enum area_kind kind); // "district"
bool area_kind_parse(struct text text, enum area_kind *kind);
