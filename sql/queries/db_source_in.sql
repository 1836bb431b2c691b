-- Sources of a new reference version.
copy cityops.source (reference_version, source, topic) from stdin (format binary)
