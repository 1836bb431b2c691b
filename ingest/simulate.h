// A simulated city: its whole year of hotline tickets as a stream of events, in the order in which its sources send them.
//
// Deterministic: equal options give equal events, in the same order, on every machine. Streaming: memory grows with the
// tickets that are open at one time, not with the year. It is no model of a real city (see simulate_city.h); it is there to
// try the product, and its truth file says what the product has to answer.
#pragma once

#include "core/error.h"
#include "core/event.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SIMULATED_SOURCES = 2 };

struct simulation_options {
    uint64_t seed;
    int year;
    uint64_t tickets;      // received in the year; 1 to 99,999,999
    const char *districts; // codes with commas between; empty or null: the eleven of Guangzhou
};

struct simulation;

// Null with ERROR_BAD_CONFIG. The options are copied.
struct simulation *simulation_new(const struct simulation_options *options, struct error *error);
void simulation_free(struct simulation *simulation); // takes null

// The next event, valid and ready to publish; its memory is the simulation's until the next call. False at the end.
// Late, doubled and overtaken events are part of the stream.
bool simulation_next(struct simulation *simulation, struct event *event);

// The instant up to which the sources have then said everything: 40 days after the year's end.
int64_t simulation_complete_until_us(const struct simulation *simulation);
const char *simulation_source(int source);                        // 0 to SIMULATED_SOURCES - 1
uint64_t simulation_tickets(const struct simulation *simulation); // begun so far

// Reference data as `cityops-db load` takes them.
void simulation_write_areas(const struct simulation *simulation, FILE *out);
void simulation_write_sources(FILE *out);
void simulation_write_calendar(FILE *out);
// The figures (see simulate_truth.h for the columns); complete when simulation_next has returned false.
void simulation_write_truth(const struct simulation *simulation, FILE *out);
