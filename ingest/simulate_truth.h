// What a simulated city's figures are, counted while it is invented: by district and civil month, from what became of each
// ticket and never from what was said of it. Tests hold the product's sums against it.
#pragma once

#include "core/error.h"
#include "ingest/simulate_life.h"

#include <stdio.h>

struct truth;

struct truth *truth_new(const struct city *city);
void truth_free(struct truth *truth); // takes null
void truth_add(struct truth *truth, const struct fate *fate);

// CSV, one row per district that has tickets (and "unassigned") and month, ascending. Columns:
//   received          tickets received in the month, of whatever flags
//   excluded, void, duplicate, escalated, extended   of these
//   received_visited, received_contacted, received_solved   of these: with a last valid visit, and what it says
//   closed            tickets whose last closing lies in the month
//   closed_before_received, within_24h, within_72h, within_7d, within_30d, handling_seconds   of these, by the last closing;
//                     impossible pairs are in no duration
//   contact_yes, contact_no, reworked, closed_without_rework, unit_solved, unit_explained   of these
//   due, on_time, late, due_open   tickets due in the month, by their first closing
//   visited, result_1 ... result_5, not_rated, double_satisfied, second_rated, second_satisfied   by the last valid visit
//   dispatches, signed_on_time, returned   dispatches made in the month, for the district of their unit
//   backlog_end, overdue_end   open, and open or closed late after it though due, when the month ends
void truth_write(const struct truth *truth, FILE *out);
