// Where two documents differ, as paths into them.
#include "rank/published/result_document.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct comparison {
    struct arena arena;
    size_t count, most;
    struct buffer *out;
};

enum { SHOWN_BYTES = 80 };

static const char *print_value(struct comparison *comparison, const json_t *value)
{
    if (!value)
        return "nothing";
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
    const char *shown = strlen(text) > SHOWN_BYTES ? "something else"
                                                   : arena_printf(&comparison->arena, "%s", text);
    free(text);
    return shown;
}

static void add_difference(struct comparison *comparison, const char *path, const json_t *left,
                           const json_t *right)
{
    if (comparison->count++ < comparison->most)
        buffer_printf(comparison->out, "%s: %s, recomputed %s\n", path,
                      print_value(comparison, left), print_value(comparison, right));
}

static void compare(struct comparison *comparison, const char *path, const json_t *left,
                    const json_t *right);

static void compare_objects(struct comparison *comparison, const char *path, const json_t *left,
                            const json_t *right)
{
    const char *key;
    json_t *value;
    json_t *of_left = json_copy((json_t *)(uintptr_t)left); // its iterator takes no const
    json_t *of_right = json_copy((json_t *)(uintptr_t)right);
    json_object_foreach(of_left, key, value)
        compare(comparison, arena_printf(&comparison->arena, "%s/%s", path, key), value,
                json_object_get(right, key));
    json_object_foreach(of_right, key, value) if (!json_object_get(left, key)) add_difference(
        comparison, arena_printf(&comparison->arena, "%s/%s", path, key), NULL, value);
    json_decref(of_left);
    json_decref(of_right);
}

static void compare(struct comparison *comparison, const char *path, const json_t *left,
                    const json_t *right)
{
    if (left && right && json_equal(left, right))
        return;
    if (json_is_object(left) && json_is_object(right)) {
        compare_objects(comparison, path, left, right);
    } else if (json_is_array(left) && json_is_array(right) &&
               json_array_size(left) == json_array_size(right)) {
        for (size_t i = 0; i < json_array_size(left); i++)
            compare(comparison, arena_printf(&comparison->arena, "%s/%zu", path, i),
                    json_array_get(left, i), json_array_get(right, i));
    } else {
        add_difference(comparison, path, left, right);
    }
}

size_t result_compare(struct text left, struct text right, size_t most, struct buffer *out)
{
    struct comparison comparison = {.most = most, .out = out};
    json_t *a = json_loadb(left.bytes, left.length, 0, NULL),
           *b = json_loadb(right.bytes, right.length, 0, NULL);
    compare(&comparison, "", a, b);
    if (!comparison.count && !text_equal(left, right))
        add_difference(&comparison, "the bytes, though they say the same", NULL, NULL);
    json_decref(a);
    json_decref(b);
    arena_free(&comparison.arena);
    return comparison.count;
}

bool result_figures_equal(struct text left, struct text right)
{
    static const char *const figures[] = {"rows", "groups", "traffic_hours"};
    json_t *a = json_loadb(left.bytes, left.length, 0, NULL),
           *b = json_loadb(right.bytes, right.length, 0, NULL);
    bool equal = a && b;
    for (size_t i = 0; equal && i < sizeof figures / sizeof *figures; i++)
        equal = json_equal(json_object_get(a, figures[i]), json_object_get(b, figures[i]));
    json_decref(a);
    json_decref(b);
    return equal;
}
