#include "web/exchange.h"

#include "base/log.h"

#define SEEN_EVERY_US (60 * US_PER_S)

static struct str cookie_name(struct arena *arena, const struct conf *conf,
                              const char *base)
{
    struct str suffix = conf_str(conf, "site", "cookie_suffix");

    if (suffix.len == 0)
        return str_from(base);
    return str_format(arena, "%s-%.*s", base, STR_ARG(suffix));
}

/* Defects of a route table show at start, not at the first request. */
static void check_routes(const struct web_program *program)
{
    for (size_t i = 0; i < program->route_count; i++) {
        const struct route *route = &program->routes[i];

        bool by_browser =
            route->method == HTTP_POST && !(route->flags & ROUTE_SERVER_POST);

        if ((route->method != HTTP_GET && route->method != HTTP_POST) || !route->handle ||
            route->pattern[0] != '/' || by_browser != (route->csrf == CSRF_TOKEN))
            bug("route %s of %s is not valid", route->pattern, program->name);
    }
}

enum err site_init(struct arena *arena, const struct web_program *program,
                   const struct conf *conf, struct web_site *out)
{
    struct str prefix = conf_str(conf, "site", "prefix");

    check_routes(program);
    if (prefix.len == 0 || prefix.ptr[0] != '/' || !str_ends(prefix, STR("/")) ||
        str_starts(prefix, STR("//")))
        return err_note(ERR_INPUT, "[site] prefix must begin and end with '/'");
    out->program = program;
    out->conf = conf;
    out->clock = &clock_system;
    out->prefix = prefix;
    out->origin = conf_str(conf, "site", "origin");
    out->staff_origin = conf_str(conf, "site", "staff_origin");
    out->name = conf_str(conf, "site", "name");
    out->contact_mail = conf_str(conf, "site", "contact_mail");
    if (!language_parse(conf_str(conf, "site", "language"), &out->language))
        return err_note(ERR_INPUT, "[site] language must be de or en");
    out->idle_us = conf_int(conf, "session", "idle_minutes") * 60 * US_PER_S;
    out->step_up_us = conf_int(conf, "session", "step_up_minutes") * 60 * US_PER_S;
    out->show_statements = conf_bool(conf, "log", "statements");
    out->cookie_session = cookie_name(arena, conf, "__Host-kontor");
    out->cookie_pre = cookie_name(arena, conf, "__Host-kontor-pre");
    out->cookie_language = cookie_name(arena, conf, "kontor-lang");
    out->cookie_notice = cookie_name(arena, conf, "__Host-kontor-notice");
    out->cookie_parked = cookie_name(arena, conf, "__Host-kontor-parked");
    out->cookie_form = cookie_name(arena, conf, "__Host-kontor-form");
    out->out = buf_init(arena, RESPONSE_LIMIT);
    return OK;
}

/* nginx lets this machine alone ask for /healthz/<program>; any shorter address would come in by the
 * customers' pages. */
static bool is_health(const struct web_exchange *ex)
{
    struct str path = ex->http.path;

    return str_starts(path, STR("/healthz/")) &&
           str_is(str_from_index(path, sizeof("/healthz/") - 1), ex->site->program->name);
}

static void answer_health(struct web_exchange *ex)
{
    if (db_ping(ex->site->db) == OK)
        response_text(ex, 200, STR("ok\n"));
    else
        response_text(ex, 503, STR("database away\n"));
}

static void log_exchange(const struct web_exchange *ex, enum err err, int64_t began_us)
{
    static const char *const METHODS[] = {[HTTP_GET] = "GET",
                                          [HTTP_HEAD] = "HEAD",
                                          [HTTP_POST] = "POST",
                                          [HTTP_OTHER] = "OTHER"};
    struct db_counters counters = {0};
    enum log_level level = ex->status == 500   ? LOG_LEVEL_ERROR
                           : ex->status == 503 ? LOG_LEVEL_WARN
                                               : LOG_LEVEL_INFO;
    int64_t us = clock_monotonic_us() - began_us;

    if (ex->site->db)
        counters = db_counters(ex->site->db);
    /* The pattern, never the path: references and queries are the customers' business. */
    log_event(level, "exchange", "%s %s %d %lld.%03lldms statements=%d+%d%s%s%s%s",
              METHODS[ex->http.method], ex->page.route ? ex->page.route->pattern : "-",
              ex->status, (long long)(us / 1000), (long long)(us % 1000), counters.data,
              counters.control, err == OK ? "" : " ", err == OK ? "" : err_name(err),
              err_text()[0] ? ": " : "", err_text());
}

static enum err run_route(struct web_exchange *ex)
{
    enum err err = route_match(ex, &ex->page.route);

    if (err != OK)
        return err;
    err = guard_check(ex);
    if (err != OK)
        return err;
    ex->handler_ran = true;
    err = ex->page.route->handle(&ex->page);
    if (err == OK && !ex->answered)
        return err_note(ERR_INTERNAL, "handler of %s gave no answer",
                        ex->page.route->pattern);
    return err;
}

struct web_exchange *exchange_run(struct web_site *site, struct arena *arena,
                                  const struct web_io *io)
{
    struct web_exchange *ex = ARENA_NEW(arena, struct web_exchange);
    int64_t began_us = clock_monotonic_us();
    enum err err;

    err_clear();
    if (site->db)
        db_counters_clear(site->db);
    ex->site = site;
    ex->io = *io;
    ex->render.i18n = site->look->i18n;
    memcpy(ex->render.formats, site->look->formats, sizeof(ex->render.formats));
    ex->render.zone = STR("Europe/Berlin");
    ex->page = (struct page){.arena = arena,
                             .db = site->db,
                             .conf = site->conf,
                             .clock = site->clock,
                             .now = clock_now(site->clock),
                             .http = &ex->http,
                             .principal = &ex->principal,
                             .render = &ex->render,
                             .state = site->state,
                             .exchange = ex};
    response_init(ex);
    err = http_parse(ex);
    log_set_context(ex->http.request_id);
    guard_choose_language(ex);
    if (err == OK && is_health(ex)) {
        answer_health(ex);
        err_clear();
        return ex;
    }
    if (err == OK)
        err = run_route(ex);
    /* What a client sends decides how long an address or a file name gets: no reason to abort. */
    if (err == OK && !response_head_fits(ex))
        err =
            err_note(ERR_INTERNAL, "response head over %d bytes", RESPONSE_HEAD_ROOM / 2);
    if (err != OK)
        response_error(ex, err);
    log_exchange(ex, err, began_us);
    return ex;
}

void exchange_after(struct web_exchange *ex)
{
    const struct principal *who = &ex->principal;

    if (!who->person_id || ex->live_poll ||
        ex->page.now - who->last_seen_at < SEEN_EVERY_US)
        return;
    err_clear();
    if (ex->site->program->guard->session_seen(ex->site->db, who->session_id,
                                               ex->page.now) != OK)
        log_event(LOG_LEVEL_WARN, "session_seen_failed", "%s", err_text());
}
