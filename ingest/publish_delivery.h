// What every publishing command does at its two ends: opening a publisher from the options, and waiting until the brokers
// have everything.
#pragma once

#include "common/config.h"
#include "core/error.h"
#include "ingest/cityops/publisher.h"

// From the keys brokers, topic, wait and the -X properties. Null with ERROR_BAD_CONFIG, or ERROR_RETRY when no broker
// answered; else the caller's to free.
struct cityops_publisher *publish_open(const struct config *config, struct error *error);

// Waits until the brokers have every event; once a stop is asked for, only some seconds more. ERROR_RETRY or ERROR_FATAL says
// how many events were not delivered, and the first reason.
bool publish_await_delivery(struct cityops_publisher *publisher, struct error *error);

// Seconds since a monotonic instant; never 0.
double publish_seconds_since(int64_t from_us);
