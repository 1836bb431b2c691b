-- Areas of a new reference version.
copy cityops.area (
    reference_version, code, kind, parent, name_zh, name_en, peer_group, valid_from, valid_until
) from stdin (format binary)
