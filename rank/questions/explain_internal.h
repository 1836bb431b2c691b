// What the files of `cityops-rank explain` share.
#pragma once

#include "rank/contribution.h"
#include "rank/questions/question.h"

#include "core/explain.h"

static inline struct explain_question explain_asked(const struct question *question)
{
    return (struct explain_question){
        .scoring = &question->result.profile.scoring,
        .contenders = question->result.assessment.contenders,
        .count = question->result.assessment.count,
        .subject = question->subject,
    };
}

struct costly_entity {
    enum family family;
    struct text authority, id;       // of traffic: empty; the road segment and the hour
    struct text state;               // its bytes; empty of an hour of traffic
    const struct traffic_hour *hour; // of traffic
    struct entity_figures figures;
    struct rational gain; // explain_gain
    bool has_cost;        // false: had it been saved, the subject had no rank
    struct rational cost; // explain_cost
};

struct costly_entities {        // of one indicator
    struct costly_entity *list; // greatest gain first, then by family, authority, id
    size_t count;
    int64_t all; // how many cost anything
};

// The entities that cost the subject most, `most` of each indicator that gives points (`terms`): read from the states of the ranking's cut-off, and checked against
// the sums of the ranking. `out`: [indicator_count], the question's arena's. ERROR_DIFFERENT when the states do not add up to them.
bool explain_find_entities(struct question *question, const struct explained_term *terms,
                           size_t most, struct costly_entities *out, struct error *error);

// "due 2022-10-03 09:00, closed 3 h 10 min after it": why it costs, in the question's language and in the zone of the ranking.
const char *explain_story(const struct question *question, struct arena *arena, size_t indicator,
                          const struct costly_entity *entity);
// "received_at=2022-10-01T01:00:00Z due_at=...": every instant that the entity's columns hold, for machines.
const char *explain_times(struct arena *arena, const struct costly_entity *entity);
