// Showing configuration: help, example file, and the values that count with where they came from.
// No secret leaves here.
#include "common/config_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { HELP_INDENT = 32 };

// Ends of what may follow a password in a conninfo string ("... password=x user=y", quoted with
// '...' and \ escapes).
static const char *conninfo_value_end(const char *value)
{
    bool quoted = *value == '\'';
    for (value += quoted; *value; value++) {
        if (*value == '\\' && value[1])
            value++;
        else if (quoted ? *value == '\'' : isspace((unsigned char)*value) || *value == '&')
            return value + quoted;
    }
    return value;
}

// The end of the password that starts at `at`, or null: none starts there.
static const char *password_end(const char *start, const char *at)
{
    static const char key[] = "password";
    const char *before = at;
    while (before > start && isspace((unsigned char)before[-1]))
        before--;
    if (before > start && before[-1] == '=') {
        const char *name = before - 1;
        while (name > start && isspace((unsigned char)name[-1]))
            name--;
        bool matches = (size_t)(name - start) >= sizeof key - 1 &&
                       strncasecmp(name - (sizeof key - 1), key, sizeof key - 1) == 0;
        return matches && *at ? conninfo_value_end(at) : NULL;
    }
    // postgresql://user:password@host
    if (at == start || at[-1] != ':' || strncmp(at, "//", 2) == 0)
        return NULL;
    const char *authority = at;
    while (authority > start && !isspace((unsigned char)authority[-1]) && authority[-1] != '/')
        authority--;
    if (authority - start < 3 || strncmp(authority - 3, "://", 3) != 0)
        return NULL;
    size_t length = strcspn(at, "/?# \t");
    for (; length > 0 && at[length] != '@'; length--)
        continue;
    return length > 0 ? at + length : NULL;
}

const char *config_mask_secrets(struct arena *arena, const char *value)
{
    struct buffer out = BUFFER_INIT;
    for (const char *at = value; *at;) {
        const char *end = isspace((unsigned char)*at) ? NULL : password_end(value, at);
        if (end && end > at) {
            buffer_append(&out, "***", 3);
            at = end;
        } else {
            buffer_append(&out, at++, 1);
        }
    }
    const char *masked = arena_string(arena, (struct text){out.bytes, (uint32_t)out.length});
    buffer_free(&out);
    return masked;
}

bool config_property_is_secret(const char *name)
{
    static const char *const words[] = {"password", "secret", "jaas", ".key.pem",
                                        "oauthbearer.config"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasestr(name, words[i]))
            return true;
    }
    return false;
}

static const char *origin_words(struct arena *arena, enum config_origin origin, const char *place)
{
    static const char *const words[] = {"default", "file", "environment", "option"};
    return origin == CONFIG_FROM_DEFAULT ? words[0]
                                         : arena_printf(arena, "%s %s", words[origin], place);
}

void config_print(const struct config *config, FILE *out)
{
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < config->key_count; i++) {
        const struct config_key *key = &config->keys[i];
        const struct setting *setting = &config->settings[i];
        if (key->type == CONFIG_FLAG || key->type == CONFIG_PROPERTY)
            continue;
        const char *value = setting->text ? setting->text : "";
        value = key->secret && *value ? "***" : config_mask_secrets(&arena, value);
        const char *pair = arena_printf(&arena, "%s = %s", key->name, value);
        fprintf(out, "%-48s  # %s\n", pair,
                setting->text ? origin_words(&arena, setting->origin, setting->place) : "not set");
    }
    for (size_t i = 0; i < config->entry_count; i++) {
        const struct kafka_entry *entry = &config->entries[i];
        const char *pair =
            arena_printf(&arena, "kafka.%s = %s", entry->name,
                         config_property_is_secret(entry->name) ? "***" : entry->value);
        fprintf(out, "%-48s  # %s\n", pair, origin_words(&arena, entry->origin, entry->place));
    }
    arena_free(&arena);
}

// What a key takes beside its meaning: " (1 to 100; default: 5; required)".
static const char *key_limits(struct arena *arena, const struct config_key *key)
{
    struct buffer out = BUFFER_INIT;
    if (key->type == CONFIG_CHOICE)
        buffer_printf(&out, "; %s", key->choices);
    if (key->type == CONFIG_INTEGER && (key->minimum || key->maximum))
        buffer_printf(&out, "; %lld to %lld", (long long)key->minimum, (long long)key->maximum);
    if (key->type == CONFIG_BOOLEAN)
        buffer_printf(&out, "; true or false");
    if (key->default_value && *key->default_value && key->type != CONFIG_FLAG && !key->secret)
        buffer_printf(&out, "; default: %s", key->default_value);
    if (key->required)
        buffer_printf(&out, "; required");
    const char *limits = "";
    if (out.length)
        limits = arena_printf(arena, " (%.*s)", (int)out.length - 2, out.bytes + 2);
    buffer_free(&out);
    return limits;
}

void print_wrapped(FILE *out, const char *text, size_t column, size_t indent)
{
    fprintf(out, "%*s", (int)(indent - column), "");
    for (column = indent; *text;) {
        size_t length = strcspn(text, " ");
        if (column > indent && column + 1 + length > HELP_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, length, out);
        column += length;
        text += length + (text[length] == ' ');
    }
    fputc('\n', out);
}

void config_print_options(const struct config_key *keys, FILE *out)
{
    struct arena arena = ARENA_INIT;
    for (; keys->name; keys++) {
        char letter[5] = "    ";
        if (keys->letter)
            memcpy(letter, (char[]){'-', keys->letter, ',', ' ', 0}, 5);
        const char *argument = keys->argument && keys->type != CONFIG_FLAG ? keys->argument : "";
        const char *option = arena_printf(&arena, "  %s--%s%s%s", letter, keys->name,
                                          *argument ? " " : "", argument);
        size_t column = strlen(option);
        fputs(option, out);
        if (column + 2 > HELP_INDENT) {
            fputc('\n', out);
            column = 0;
        }
        print_wrapped(out, arena_printf(&arena, "%s%s", keys->meaning, key_limits(&arena, keys)),
                      column, HELP_INDENT);
    }
    arena_free(&arena);
}

void config_print_example(const struct config_key *keys, FILE *out)
{
    struct arena arena = ARENA_INIT;
    for (; keys->name; keys++) {
        if (keys->type == CONFIG_FLAG || strcmp(keys->name, "config") == 0)
            continue;
        fprintf(out, "# %s%s\n", keys->meaning, key_limits(&arena, keys));
        if (keys->type == CONFIG_PROPERTY)
            fprintf(out, "#kafka.linger.ms = 5\n\n");
        else
            fprintf(out, "#%s = %s\n\n", keys->name,
                    keys->default_value && !keys->secret ? keys->default_value : "");
    }
    arena_free(&arena);
}
