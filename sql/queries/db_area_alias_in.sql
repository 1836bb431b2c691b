-- Aliases of a new reference version.
copy cityops.area_alias (reference_version, name, code, kind, valid_from, valid_until)
from stdin (format binary)
