/* The access report: the routes of a program as lines of text and as JSON Lines. Tests keep the text as
 * a golden file and derive from the JSON what each role may do. */
#include "formats/json.h"
#include "web/exchange.h"

#define REPORT_LINE ((size_t)64 << 10)

static const char *level_of_route(const struct route *route)
{
    if (route->flags & ROUTE_SERVER_POST)
        return "server";
    return route->csrf == CSRF_TOKEN ? "csrf" : "-";
}

/* "anybody", "everybody" (any session), or the keys of the roles that have the right. */
static struct str roles_with(struct arena *arena, enum right right)
{
    struct buf out = buf_init(arena, REPORT_LINE);

    if (right == RIGHT_NONE)
        return STR("anybody");
    if (right == RIGHT_SIGNED_IN)
        return STR("everybody");
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        if (!rights_include(rights_of_role((enum role)role), right))
            continue;
        if (buf_str(&out).len)
            buf_put_char(&out, ',');
        buf_put(&out, str_from(role_key((enum role)role)));
    }
    return buf_str(&out).len ? buf_str(&out) : STR("nobody");
}

void route_report_text(struct arena *arena, const struct web_program *program)
{
    for (size_t i = 0; i < program->route_count; i++) {
        const struct route *route = &program->routes[i];

        printf("%-10s %-5s %-50s %-16s %-6s %-7s %.*s\n", program->name,
               route->method == HTTP_GET ? "GET" : "POST", route->pattern,
               right_key(route->right), level_of_route(route),
               route->flags & ROUTE_STEP_UP ? "step-up" : "-",
               STR_ARG(roles_with(arena, route->right)));
    }
}

static const char *field_type_key(enum field_type type)
{
    static const char *const KEYS[] = {
        [FIELD_TEXT] = "text",         [FIELD_MULTILINE] = "multiline",
        [FIELD_PASSWORD] = "password", [FIELD_INT] = "int",
        [FIELD_DAY] = "day",           [FIELD_CHOICE] = "choice",
        [FIELD_BOOL] = "bool",         [FIELD_TOKEN] = "token",
    };

    return KEYS[type];
}

static json_t *fields_json(const struct route *route)
{
    json_t *fields = json_array();

    for (size_t i = 0; i < route->field_count; i++) {
        const struct field *field = &route->fields[i];
        json_t *row = json_object();

        json_set_str(row, "name", str_from(field->name));
        json_set_str(row, "type", str_from(field_type_key(field->type)));
        json_set_bool(row, "required", field->required);
        if (field->choices) {
            json_t *choices = json_array();

            for (size_t n = 0; field->choices[n]; n++)
                json_array_append_new(choices, json_string(field->choices[n]));
            json_object_set_new(row, "choices", choices);
        }
        json_array_append_new(fields, row);
    }
    return fields;
}

void route_report_json(struct arena *arena, const struct web_program *program)
{
    for (size_t i = 0; i < program->route_count; i++) {
        const struct route *route = &program->routes[i];
        json_t *row = json_new_object(arena);

        json_set_str(row, "program", str_from(program->name));
        json_set_str(row, "method", str_from(route->method == HTTP_GET ? "GET" : "POST"));
        json_set_str(row, "path", str_from(route->pattern));
        json_set_str(row, "right", str_from(right_key(route->right)));
        json_set_str(row, "level", str_from(level_of_route(route)));
        json_set_bool(row, "step_up", (route->flags & ROUTE_STEP_UP) != 0);
        json_set_bool(row, "stream", (route->flags & ROUTE_STREAM) != 0);
        json_set_bool(row, "raw_fields", (route->flags & ROUTE_RAW_FIELDS) != 0);
        json_object_set_new(row, "fields", fields_json(route));
        printf("%.*s\n", STR_ARG(json_write(arena, row)));
    }
}
