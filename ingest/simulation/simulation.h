// A simulated city: its whole year as a stream of events of all families, in the order of sending.
//
// Deterministic: equal options give equal events, in the same order, on every machine; a family's events
// are the same whichever others take part. Streaming: memory grows with what is open at one time, not
// with the year. It is no model of a real city (see city.h); it is there to try the product,
// and its truth file says what the product has to answer.
#pragma once

#include "core/error.h"
#include "core/event.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct simulation_options {
    uint64_t seed;
    int year; // 1971 to 2190
    uint64_t
        tickets; // received in the year, 1 to 99,999,999; incidents and problems grow with them
    const char *districts; // codes with commas between; empty or null: the eleven of Guangzhou
    const char *families;  // names with commas between; empty or null: all
    int sensors;           // of traffic, in each district: 0 to 90
};

struct simulation;

// Null with ERROR_BAD_CONFIG. The options are copied.
struct simulation *simulation_new(const struct simulation_options *options, struct error *error);
void simulation_free(struct simulation *simulation); // takes null

// The next event, valid and ready to publish; its memory is the simulation's until the next call.
// False at the end. Late, doubled and overtaken events are part of the stream.
bool simulation_next(struct simulation *simulation, struct event *event);

// The instant up to which the sources have then said everything: 40 days after the year's end.
int64_t simulation_complete_until_us(const struct simulation *simulation);
// Source number `position`, from 0, of the families that take part, and which of them it tells.
// Null at the end.
const char *simulation_source(const struct simulation *simulation, size_t position,
                              enum family *family);
// Entities of the families that take part: begun so far, and of the whole year.
uint64_t simulation_begun(const struct simulation *simulation);
uint64_t simulation_entities(const struct simulation *simulation);

// Reference data as `cityops-db load` takes them.
void simulation_write_areas(const struct simulation *simulation, FILE *out);
void simulation_write_sensors(const struct simulation *simulation, FILE *out);
void simulation_write_sources(const struct simulation *simulation, FILE *out);
void simulation_write_calendar(const struct simulation *simulation, FILE *out);
// Lines "day,district,strength": where a storm was, and how many calls it brought per 100 of an
// ordinary day.
void simulation_write_weather(const struct simulation *simulation, FILE *out);
// What really happened: lines "family,by,area,month,figure,value", zeros left out. Which figures
// there are is said where each family counts (hotline.h, incident.c, ...).
// Complete when simulation_next has returned false.
void simulation_write_truth(const struct simulation *simulation, FILE *out);
