-- Days of a new reference version that differ from "Monday to Friday are working days".
copy cityops.calendar_day (reference_version, day, working, name) from stdin (format binary)
