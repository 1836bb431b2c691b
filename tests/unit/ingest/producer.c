// A producer as one outside of this project would write it: the public header and the shared
// library, nothing else.
#include <cityops/publisher.h>

#include <stdio.h>

int main(void)
{
    struct cityops_failure why;
    struct cityops_property property = {"test.mock.num.brokers", "1"};
    struct cityops_publisher_options options = {
        .source = "12345.example.org", .properties = &property, .property_count = 1};
    struct cityops_publisher *publisher = cityops_publisher_new(&options, &why);
    struct cityops_event *event = cityops_event_new("hotline", "received", &why);
    if (!publisher || !event) {
        fprintf(stderr, "%s\n", why.text);
        return 1;
    }
    cityops_event_set_entity(event, "gz12345", "GZ2022-0001");
    cityops_event_set_occurred(event, 1671840000000000);
    cityops_event_state_instant(event, CITYOPS_FACTS, "received_us", 1671840000000000);
    cityops_event_state_text(event, CITYOPS_FACTS, "district", "440113");
    enum cityops_status status = cityops_publisher_publish(publisher, event, NULL, &why);
    if (status == CITYOPS_OK)
        status = cityops_publisher_flush(publisher, 30000, &why);
    if (status != CITYOPS_OK)
        fprintf(stderr, "%s: %s\n", cityops_status_name(status), why.text);
    cityops_event_free(event);
    cityops_publisher_free(publisher);
    return status == CITYOPS_OK ? 0 : 1;
}
