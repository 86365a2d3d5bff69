#include "web/exchange.h"

bool route_pattern_matches(const char *pattern, struct str path,
                           struct path_param params[PATH_PARAMS_MAX], size_t *count_out)
{
    const char *p = pattern;
    size_t i = 0;
    size_t count = 0;

    while (*p) {
        if (*p == '{') {
            const char *end = strchr(p, '}');
            size_t start = i;

            if (!end || count == PATH_PARAMS_MAX)
                bug("bad route pattern %s", pattern);
            while (i < path.len && path.ptr[i] != '/')
                i++;
            if (i == start)
                return false;
            params[count].name = (struct str){p + 1, (size_t)(end - p) - 1};
            params[count].value = str_sub(path, start, i - start);
            count++;
            p = end + 1;
            continue;
        }
        if (i >= path.len || path.ptr[i] != *p)
            return false;
        i++;
        p++;
    }
    if (i != path.len)
        return false;
    *count_out = count;
    return true;
}

enum err route_match(struct web_exchange *ex, const struct route **out)
{
    const struct web_program *program = ex->site->program;
    enum http_method method = ex->http.method == HTTP_HEAD ? HTTP_GET : ex->http.method;

    ex->allowed_methods = 0;
    for (size_t i = 0; i < program->route_count; i++) {
        const struct route *route = &program->routes[i];
        struct path_param params[PATH_PARAMS_MAX];
        size_t count = 0;

        if (!route_pattern_matches(route->pattern, ex->http.path, params, &count))
            continue;
        /* "/requests/new" written as text comes before "/requests/{reference}" in the
         * table: the first pattern that matches decides the page, later ones only add
         * their methods. */
        ex->allowed_methods |= route->method;
        if (route->method == method) {
            memcpy(ex->params, params, sizeof(params));
            ex->param_count = count;
            ex->allowed_methods = 0;
            *out = route;
            return OK;
        }
    }
    if (ex->allowed_methods)
        return err_note(ERR_INPUT, "method not allowed here");
    return err_note(ERR_NOT_FOUND, "no such page");
}

struct str page_param(const struct page *page, const char *name)
{
    const struct web_exchange *ex = page->exchange;

    for (size_t i = 0; i < ex->param_count; i++)
        if (str_is(ex->params[i].name, name))
            return ex->params[i].value;
    bug("route %s has no parameter %s", page->route->pattern, name);
}

bool route_has_get(const struct web_exchange *ex)
{
    const struct web_program *program = ex->site->program;

    for (size_t i = 0; i < program->route_count; i++) {
        struct path_param params[PATH_PARAMS_MAX];
        size_t count = 0;

        if (program->routes[i].method == HTTP_GET &&
            route_pattern_matches(program->routes[i].pattern, ex->http.path, params,
                                  &count))
            return true;
    }
    return false;
}
