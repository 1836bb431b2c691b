// CSV files about the city itself. Nothing in them needs quotes.
#include "ingest/simulation/reference.h"

#include "core/sensor.h"
#include "ingest/simulation/traffic.h"

static void write_villages(int district, int town, FILE *out)
{
    for (int village = 0; village < CITY_VILLAGES; village++) {
        fprintf(out, "%s,village,%s,%s,%s,villages,,,\n",
                city_village_code(district, town, village), city_unit_code(district, town),
                city_village_zh(district, town, village), city_village_en(district, town, village));
    }
}

static void write_units(int district, FILE *out)
{
    for (int unit = 0; unit < CITY_UNITS; unit++) {
        bool is_town = unit < CITY_TOWNS;
        fprintf(out, "%s,%s,%s,%s,%s,%s,,,\n", city_unit_code(district, unit),
                is_town ? "town" : "unit", city_district(district)->code,
                city_unit_zh(district, unit), city_unit_en(district, unit),
                is_town ? "towns" : "departments");
        if (is_town) {
            write_villages(district, unit, out);
        }
    }
}

void reference_write_areas(const struct city *city, FILE *out)
{
    fprintf(out, "code,kind,parent,name_zh,name_en,group,valid_from,valid_until,aliases\n");
    fprintf(out, "440100,city,,广州市,Guangzhou,,,,广州\n");
    for (int i = 0; i < city->district_count; i++) {
        int district = city->districts[i];
        const struct district_names *names = city_district(district);
        fprintf(out, "%s,district,440100,%s,%s,districts,,,%s|%s District\n", names->code,
                names->zh, names->en, names->zh_short, names->en);
        write_units(district, out);
    }
}

// Some districts are written by code, some by name. The temporary sensor is on no list.
void reference_write_sensors(const struct city *city, FILE *out)
{
    fprintf(out, "authority,code,name,district,road_segment,length_m,free_flow_km_h,window_s\n");
    for (uint64_t position = 0; position + 1 < traffic_sensor_count(city); position++) {
        struct simulated_sensor sensor;
        traffic_sensor(city, position, &sensor);
        const struct district_names *names = city_district(sensor.district);
        fprintf(out, "%s,%s,%s %d,%s,%s,%d,%d,%d\n", SENSOR_AUTHORITY, sensor.code, names->en,
                sensor.number, sensor.number % 2 ? names->code : names->zh, sensor.segment,
                sensor.length_m, sensor.free_flow_km_h, SENSOR_WINDOW_DEFAULT_S);
    }
}

static void write_day(int32_t day, FILE *out)
{
    int year, month, day_of_month;
    civil_from_day(day, &year, &month, &day_of_month);
    fprintf(out, "%d-%02d-%02d", year, month, day_of_month);
}

void reference_write_calendar(FILE *out)
{
    size_t count;
    const struct special_day *days = city_special_days(&count);
    fprintf(out, "day,working,name\n");
    for (size_t i = 0; i < count; i++) {
        write_day(days[i].day, out);
        fprintf(out, ",%s,%s\n", days[i].working ? "yes" : "no", days[i].name);
    }
}

void reference_write_weather(const struct city *city, FILE *out)
{
    fprintf(out, "day,district,strength\n");
    for (int32_t day = city->first_day; day < city->until_day; day++) {
        for (int i = 0; i < city->district_count; i++) {
            int strength = city_storm(city, day, city->districts[i]);
            if (strength > 0) {
                write_day(day, out);
                fprintf(out, ",%s,%d\n", city_district(city->districts[i])->code, strength);
            }
        }
    }
}
