// `roles`: the group roles and their grants. What each may do stands in sql/roles/*.sql.
#include "sql/commands.h"
#include "sql/queries.h"
#include "sql/roles_embedded.h"

const struct config_key roles_keys[] = {CONFIG_KEYS_DATABASE, {0}};

static bool create_and_grant(struct postgres *postgres, void *context, struct error *error)
{
    (void)context;
    return postgres_script(postgres, "roles/roles.sql", role_roles.text, error) &&
           postgres_script(postgres, "roles/grants.sql", role_grants.text, error);
}

bool roles_grant(struct postgres *postgres, bool *granted, struct error *error)
{
    PGresult *result;
    if (!postgres_query(postgres, &query_db_roles_exist, NULL, &result, error))
        return false;
    *granted = column_boolean(result, 0, 0);
    PQclear(result);
    return !*granted || postgres_script(postgres, "roles/grants.sql", role_grants.text, error);
}

enum exit_status roles_run(const struct config *config, struct error *error)
{
    if (!arguments_at_most(config, 0, error))
        return exit_status_of(error->class);
    struct postgres *postgres = postgres_open_migrated(config, "cityops-db roles", error);
    bool done = postgres && transaction_run(postgres, create_and_grant, NULL, error);
    postgres_close(postgres);
    if (!done)
        return exit_status_of(error->class);
    printf("roles: cityops_writer, cityops_analyst and cityops_publisher have their grants\n");
    return EXIT_OK;
}
