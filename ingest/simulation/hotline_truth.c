// Counting tickets. It shares no rule with core/: each figure is counted here once more, from a fate.
#include "ingest/simulation/hotline.h"

// clang-format off
#define FIGURES(X) \
    X(received) X(excluded) X(void) X(duplicate) X(escalated) X(extended) \
    X(received_visited) X(received_contacted) X(received_solved) \
    X(letters) X(letters_closed) X(letters_visited) X(letters_satisfied) X(letters_second_rated) \
    X(closed) X(closed_before_received) X(within_24h) X(within_72h) X(within_7d) X(within_30d) \
    X(handling_seconds) X(contact_yes) X(contact_no) X(reworked) X(closed_without_rework) \
    X(unit_solved) X(unit_explained) \
    X(due) X(on_time) X(late) X(due_open) \
    X(visited) X(result_1) X(result_2) X(result_3) X(result_4) X(result_5) X(not_rated) \
    X(double_satisfied) X(second_rated) X(second_satisfied) \
    X(dispatches) X(signed_on_time) X(returned) \
    X(backlog_end) X(overdue_end)
// clang-format on

#define AS_NUMBER(name) FIGURE_##name,
#define AS_TEXT(name) #name,
enum figure { FIGURES(AS_NUMBER) FIGURE_COUNT };
static const char *const figure_names[] = {FIGURES(AS_TEXT) NULL};

// Each milestone once for either part: way = 2 * milestone, and one more for letters.
enum milestone { RECEIVED, CLOSED, VISITED };
static const char *const part_ways[] = {
    "received_escalated",
    "received_letters",
    "closed_escalated",
    "closed_letters",
    "visited_escalated",
    "visited_letters",
    NULL,
};
enum part_figure { TICKETS, REPLIED, WITH_VISIT, RESULTS, PART_FIGURES = RESULTS + NOT_RATED };
static const char *const part_names[] = {"tickets",          "replied",  "visited",  "result_1",
                                         "result_2",         "result_3", "result_4", "result_5",
                                         "result_not_rated", NULL};

enum table { OF_ALL, OF_PARTS };
const struct tally_table hotline_tables[HOTLINE_TABLES] = {
    [OF_ALL] = {"district", tally_district_rows, tally_district_code, NULL, figure_names},
    [OF_PARTS] = {"district", tally_district_rows, tally_district_code, part_ways, part_names},
};

static int64_t *month_of(struct tally *tally, int district, int64_t instant_us)
{
    return tally_month(tally, tally_district_row(district), instant_us, 0);
}

static bool is_happy(int rating)
{
    return rating == SATISFIED || rating == VERY_SATISFIED;
}

static void add_received(struct tally *tally, const struct fate *fate)
{
    int64_t *figures = month_of(tally, fate->district, fate->received_us);
    bool visited = fate->visit.visited_us != INSTANT_NONE;
    figures[FIGURE_received]++;
    figures[FIGURE_excluded] += (fate->flags & FLAG_EXCLUDED) != 0;
    figures[FIGURE_void] += (fate->flags & FLAG_VOID) != 0;
    figures[FIGURE_duplicate] += (fate->flags & FLAG_DUPLICATE) != 0;
    figures[FIGURE_escalated] += fate->escalations > 0;
    figures[FIGURE_extended] += fate->extensions > 0;
    figures[FIGURE_received_visited] += visited;
    figures[FIGURE_received_contacted] += visited && fate->visit.contacted;
    figures[FIGURE_received_solved] += visited && fate->visit.solved;
}

static void add_closed(struct tally *tally, const struct fate *fate, int64_t last_us)
{
    int64_t *figures = month_of(tally, fate->district, last_us);
    int64_t taken_us = last_us - fate->received_us;
    figures[FIGURE_closed]++;
    if (taken_us < 0) {
        figures[FIGURE_closed_before_received]++;
    } else {
        figures[FIGURE_within_24h] += taken_us <= US_PER_DAY;
        figures[FIGURE_within_72h] += taken_us <= 3 * US_PER_DAY;
        figures[FIGURE_within_7d] += taken_us <= 7 * US_PER_DAY;
        figures[FIGURE_within_30d] += taken_us <= 30 * US_PER_DAY;
        figures[FIGURE_handling_seconds] += taken_us / US_PER_SECOND;
    }
    figures[FIGURE_contact_yes] += fate->contact == 1;
    figures[FIGURE_contact_no] += fate->contact == 0;
    figures[FIGURE_reworked] += fate->reworks > 0;
    figures[FIGURE_closed_without_rework] += fate->reworks == 0;
    figures[FIGURE_unit_solved] += fate->outcome == OUTCOME_SOLVED;
    figures[FIGURE_unit_explained] += fate->outcome == OUTCOME_EXPLAINED;
}

static void add_due(struct tally *tally, const struct fate *fate, int64_t first_us)
{
    int64_t *figures = month_of(tally, fate->district, fate->due_us);
    figures[FIGURE_due]++;
    if (first_us == INSTANT_NONE) {
        figures[FIGURE_due_open]++;
    } else {
        figures[first_us <= fate->due_us ? FIGURE_on_time : FIGURE_late]++;
    }
}

static void add_visited(struct tally *tally, const struct fate *fate)
{
    const struct life_visit *last = &fate->visit, *second = &fate->second_visit;
    if (last->visited_us == INSTANT_NONE) {
        return;
    }
    int64_t *figures = month_of(tally, fate->district, last->visited_us);
    figures[FIGURE_visited]++;
    figures[FIGURE_result_1 + last->result - VERY_DISSATISFIED]++; // "not rated" follows the fifth
    figures[FIGURE_double_satisfied] += is_happy(last->result) && is_happy(last->attitude);
    if (second->visited_us != INSTANT_NONE) {
        figures[FIGURE_second_rated] += second->result != NOT_RATED;
        figures[FIGURE_second_satisfied] += is_happy(second->result);
    }
}

static void add_dispatches(struct tally *tally, const struct fate *fate)
{
    for (int i = 0; i < fate->dispatch_count; i++) {
        const struct life_dispatch *dispatch = &fate->dispatches[i];
        int64_t *figures = month_of(tally, dispatch->district, dispatch->dispatched_us);
        figures[FIGURE_dispatches]++;
        figures[FIGURE_signed_on_time] +=
            dispatch->signed_us != INSTANT_NONE && dispatch->signed_us <= dispatch->sign_due_us;
        figures[FIGURE_returned] += dispatch->returned_us != INSTANT_NONE;
    }
}

// What is open when a month ends.
static void add_stocks(struct tally *tally, const struct fate *fate, int64_t first_us,
                       int64_t last_us)
{
    for (int month = 0; month < TALLY_MONTHS; month++) {
        int64_t end_us = tally_month_end_us(tally, month);
        int64_t *figures = month_of(tally, fate->district, end_us - 1);
        bool closed_by_then = last_us != INSTANT_NONE && last_us < end_us;
        figures[FIGURE_backlog_end] += fate->received_us < end_us && !closed_by_then;
        bool settled_by_then = first_us != INSTANT_NONE && first_us < end_us;
        figures[FIGURE_overdue_end] += fate->due_us < end_us && !settled_by_then;
    }
}

// A letter to the message board: closed, visited and rated whenever that is.
static void add_letter(struct tally *tally, const struct fate *fate)
{
    int64_t *figures = month_of(tally, fate->district, fate->received_us);
    bool visited = fate->visit.visited_us != INSTANT_NONE;
    bool rated_again = fate->second_visit.visited_us != INSTANT_NONE;
    figures[FIGURE_letters]++;
    figures[FIGURE_letters_closed] += fate->closing_count > 0;
    figures[FIGURE_letters_visited] += visited;
    figures[FIGURE_letters_satisfied] += visited && is_happy(fate->visit.result);
    figures[FIGURE_letters_second_rated] += rated_again && fate->second_visit.result != NOT_RATED;
}

static void add_part(struct tally *tally, const struct fate *fate, bool is_letter, int64_t last_us)
{
    const struct life_visit *visit = &fate->visit;
    bool visited = visit->visited_us != INSTANT_NONE;
    int64_t values[PART_FIGURES] = {
        [TICKETS] = 1, [REPLIED] = fate->replied, [WITH_VISIT] = visited};
    if (visited) {
        values[RESULTS + visit->result - VERY_DISSATISFIED] = 1; // "not rated" follows the fifth
    }
    const int64_t milestones_us[] = {fate->received_us, last_us, visit->visited_us};
    for (int milestone = RECEIVED; milestone <= VISITED; milestone++) {
        if (milestones_us[milestone] != INSTANT_NONE) {
            tally_add(tally, tally_district_row(fate->district), milestones_us[milestone],
                      2 * (size_t)milestone + is_letter, values);
        }
    }
}

void hotline_count(const struct fate *fate, struct tally *const *tallies)
{
    struct tally *tally = tallies[OF_ALL];
    int64_t first_us = INSTANT_NONE, last_us = INSTANT_NONE;
    for (int i = 0; i < fate->closing_count; i++) {
        int64_t closed_us = fate->closings[i];
        first_us = first_us == INSTANT_NONE || closed_us < first_us ? closed_us : first_us;
        last_us = closed_us > last_us ? closed_us : last_us;
    }
    add_received(tally, fate);
    if (fate->channel == CHANNEL_MESSAGE_BOARD) {
        add_letter(tally, fate);
        add_part(tallies[OF_PARTS], fate, true, last_us);
    }
    if (fate->escalations > 0) {
        add_part(tallies[OF_PARTS], fate, false, last_us);
    }
    if (last_us != INSTANT_NONE) {
        add_closed(tally, fate, last_us);
    }
    add_due(tally, fate, first_us);
    add_visited(tally, fate);
    add_dispatches(tally, fate);
    add_stocks(tally, fate, first_us, last_us);
}
