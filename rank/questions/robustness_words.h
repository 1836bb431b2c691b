// Shared by the files that print `robustness`: what is printed, in words.
#pragma once

#include "rank/questions/robustness_question.h"

enum { PER_CENT = 100 };

struct printing {
    struct robustness_question *asked;
    struct table *table;
};

struct arena *robustness_arena(struct printing *printing);
// Machines are spoken to in English.
const char *robustness_pick(const struct printing *printing, const char *en, const char *zh);
const char *robustness_comma(const struct printing *printing); // between the members of a list
const struct scored_indicator *robustness_indicator(const struct printing *printing,
                                                    size_t position);
size_t robustness_indicators(const struct printing *printing);
const char *robustness_name(struct printing *printing, const struct contender *contender);
const char *robustness_code(struct printing *printing, const struct contender *contender);
// In a sentence: people read the name, machines the code.
const char *robustness_call(struct printing *printing, const struct contender *contender);
const char *robustness_key(struct printing *printing, size_t indicator);
const char *robustness_choice_name(const struct printing *printing, int choice);
double robustness_chance(const struct asked_group *group, size_t member, size_t rank);
size_t robustness_ranked(const struct asked_group *group);
const char *robustness_list_ways(struct printing *printing);
const char *robustness_list_minimums(struct printing *printing);
const char *robustness_list_open(struct printing *printing, const struct asked_group *group,
                                 size_t member);
// Whether there is an indicator without which a rank is left.
bool robustness_has_without(const struct printing *printing, const struct asked_group *group);

// To people: one table for each question of a group, in the order of printing; null after the last. Facts are not in them.
struct table *robustness_table(struct robustness_question *asked, const struct asked_group *group,
                               int question);
// To machines: everything of all groups in one.
struct table *robustness_rows(struct robustness_question *asked);
