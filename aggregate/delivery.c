// What one poll brings, as growing arrays that are reused from poll to poll.
#include "aggregate/source.h"

#include <stdlib.h>

static void *grown(void *array, size_t *capacity, size_t element_bytes)
{
    *capacity = *capacity ? *capacity * 2 : 256;
    void *larger = realloc(array, *capacity * element_bytes);
    if (!larger)
        abort();
    return larger;
}

void delivery_add_record(struct delivery *delivery, const struct record *record)
{
    if (delivery->record_count == delivery->record_capacity)
        delivery->records =
            grown(delivery->records, &delivery->record_capacity, sizeof *delivery->records);
    delivery->records[delivery->record_count++] = *record;
    delivery->bytes += record->key.length + record->value.length;
    for (uint32_t i = 0; i < record->header_count; i++)
        delivery->bytes += record->headers[i].value.length;
}

void delivery_add_notice(struct delivery *delivery, enum source_notice_type type,
                         uint32_t partition, int64_t offset)
{
    if (delivery->notice_count == delivery->notice_capacity)
        delivery->notices =
            grown(delivery->notices, &delivery->notice_capacity, sizeof *delivery->notices);
    delivery->notices[delivery->notice_count++] = (struct source_notice){type, partition, offset};
}

void delivery_clear(struct delivery *delivery)
{
    delivery->record_count = delivery->notice_count = delivery->bytes = 0;
    delivery->interrupted = false;
}

void delivery_free(struct delivery *delivery)
{
    free(delivery->records);
    free(delivery->notices);
    *delivery = (struct delivery){0};
}
