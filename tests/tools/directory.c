/* The directory layer without the rest, for tests against real servers.
 *
 * directory CONFIG: reads one JSON object a line, answers one JSON object a line:
 *   {"do":"login","login":...,"password":...,"password_hex":...,"skip":0}
 *   {"do":"change","issuer":...,"login":...,"old":...,"new":...}
 *   {"do":"look_up","issuer":...,"subjects":"a b","logins":"c d"}
 *   {"do":"probe","index":0,"login":...,"password":...}
 * Exit 78 where the configuration is refused, its reason on standard error. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "formats/json.h"
#include "auth/directory.h"

#define LINE_MAX_BYTES 65536
#define PEOPLE_MAX     500

struct tool {
    struct arena *arena; /* of one line */
    struct directory_set *set;
    const json_t *input;
    struct buf *out;
};

static struct str text(const struct tool *tool, const char *key)
{
    return json_get_str(tool->input, key);
}

static void put(struct tool *tool, const char *key, struct str value)
{
    buf_format(tool->out, "%s\"%s\":", tool->out->len > 1 ? "," : "", key);
    json_put_str(tool->out, value);
}

static void put_number(struct tool *tool, const char *key, int64_t value)
{
    buf_format(tool->out, ",\"%s\":%lld", key, (long long)value);
}

static const char *verdict_name(enum auth_verdict verdict)
{
    static const char *const NAMES[] = {"ok",      "wrong",       "empty",
                                        "locked",  "unavailable", "broken",
                                        "expired", "must-change", "disabled"};

    return NAMES[verdict];
}

static void put_identity(struct tool *tool, const struct identity *who)
{
    struct buf roles = buf_init(tool->arena, 1000);
    struct buf teams = buf_init(tool->arena, 4000);

    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (who->roles >> role & 1u)
            buf_format(&roles, "%s%s", roles.len > 0 ? " " : "",
                       role_key((enum role)role));
    for (size_t i = 0; i < who->team_count; i++)
        buf_format(&teams, "%s%.*s", i > 0 ? " " : "", STR_ARG(who->teams[i]));
    put(tool, "issuer", who->issuer);
    put(tool, "subject", who->subject);
    put(tool, "login", who->login);
    put(tool, "name", who->display_name);
    put(tool, "mail", who->email);
    put(tool, "kind",
        str_from(who->is_staff      ? "staff"
                 : who->is_customer ? "customer"
                                    : "neither"));
    put(tool, "roles", buf_str(&roles));
    put(tool, "teams", buf_str(&teams));
    put(tool, "company", who->company_key);
    put(tool, "ambiguous", str_from(who->company_ambiguous ? "yes" : "no"));
    put_number(tool, "expires_s", who->password_expires_s);
    put_number(tool, "grace", who->grace_logins);
}

static void login(struct tool *tool)
{
    struct directory_try input = {.login = text(tool, "login"),
                                  .password = text(tool, "password"),
                                  .skip = (unsigned)json_get_int(tool->input, "skip", 0)};
    struct str hex = text(tool, "password_hex");
    struct identity who = {0};
    unsigned away = 0;
    enum auth_verdict verdict;

    if (hex.len > 0) {
        char *bytes = arena_alloc(tool->arena, hex.len / 2 + 1);

        if (str_unhex(hex, bytes, hex.len / 2) != OK)
            bug("password_hex");
        input.password = (struct str){bytes, hex.len / 2};
    }
    verdict = directory_login(tool->set, tool->arena, &input, &who, &away);
    put(tool, "verdict", str_from(verdict_name(verdict)));
    put(tool, "cause", str_from(err_text()));
    put_number(tool, "away", away);
    put_identity(tool, &who);
}

static void change(struct tool *tool)
{
    static const char *const NAMES[] = {"changed",   "wrong",       "locked", "weak",
                                        "too-young", "not-allowed", "away"};
    static const char *const REASONS[] = {"unsaid", "short", "simple", "used"};
    struct directory_new_password input = {.issuer = text(tool, "issuer"),
                                           .login = text(tool, "login"),
                                           .old_password = text(tool, "old"),
                                           .new_password = text(tool, "new")};
    enum directory_weakness weakness = DIRECTORY_WEAK;
    enum directory_change result =
        directory_change_password(tool->set, tool->arena, &input, &weakness);

    put(tool, "result", str_from(NAMES[result]));
    put(tool, "reason", str_from(REASONS[weakness]));
    put(tool, "cause", str_from(err_text()));
}

static size_t add_people(struct str list, bool subjects, struct directory_person *people,
                         size_t count)
{
    struct str word;

    while (str_next(&list, ' ', &word) && count < PEOPLE_MAX)
        if (word.len > 0)
            people[count++] =
                (struct directory_person){.subject = subjects ? word : STR_NONE,
                                          .login = subjects ? STR_NONE : word};
    return count;
}

static void look_up(struct tool *tool)
{
    static const char *const STATES[] = {"unknown", "present", "disabled", "gone",
                                         "double"};
    struct directory_person *people =
        ARENA_ARRAY(tool->arena, struct directory_person, PEOPLE_MAX);
    size_t count = add_people(text(tool, "subjects"), true, people, 0);
    int64_t begun_us = clock_monotonic_us();
    enum err err;

    count = add_people(text(tool, "logins"), false, people, count);
    err = directory_look_up(tool->set, tool->arena, text(tool, "issuer"), people, count);
    put(tool, "result", str_from(err_name(err)));
    put(tool, "cause", str_from(err_text()));
    put_number(tool, "duration_us", clock_monotonic_us() - begun_us);
    buf_put_c(tool->out, ",\"people\":[");
    for (size_t i = 0; i < count; i++) {
        struct buf one = buf_init(tool->arena, 65536);
        struct tool inner = {tool->arena, tool->set, tool->input, &one};

        buf_put_char(&one, '{');
        put(&inner, "state", str_from(STATES[people[i].state]));
        put_identity(&inner, &people[i].identity);
        buf_format(tool->out, "%s%.*s}", i > 0 ? "," : "", STR_ARG(buf_str(&one)));
    }
    buf_put_char(tool->out, ']');
}

static void probe(struct tool *tool)
{
    static const char *const STATES[] = {"ok", "warning", "failed", "skipped"};
    struct directory_report *report = ARENA_NEW(tool->arena, struct directory_report);
    struct directory_probe_input input = {
        .index = (size_t)json_get_int(tool->input, "index", 0),
        .login = text(tool, "login"),
        .password = text(tool, "password")};

    directory_probe(tool->set, tool->arena, &input, report);
    put(tool, "verdict", str_from(verdict_name(report->verdict)));
    buf_format(tool->out, ",\"ok\":%s,\"rungs\":[", report->ok ? "true" : "false");
    for (size_t i = 0; i < report->count; i++) {
        const struct directory_rung *rung = &report->rungs[i];
        struct buf one = buf_init(tool->arena, 65536);
        struct tool inner = {tool->arena, tool->set, tool->input, &one};

        buf_put_char(&one, '{');
        put(&inner, "rung", str_from(directory_rung_key(rung->kind)));
        put(&inner, "state", str_from(STATES[rung->state]));
        put(&inner, "server", rung->server);
        put(&inner, "text", rung->text);
        put(&inner, "advice", rung->advice);
        put_number(&inner, "us", rung->duration_us);
        buf_format(tool->out, "%s%.*s}", i > 0 ? "," : "", STR_ARG(buf_str(&one)));
    }
    buf_put_char(tool->out, ']');
}

static int64_t cpu_us(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return -1;
    return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void answer(struct tool *tool)
{
    struct str what = text(tool, "do");
    int64_t cpu = cpu_us();
    int64_t begun_us = clock_monotonic_us();

    buf_put_char(tool->out, '{');
    if (str_is(what, "login"))
        login(tool);
    else if (str_is(what, "change"))
        change(tool);
    else if (str_is(what, "look_up"))
        look_up(tool);
    else if (str_is(what, "probe"))
        probe(tool);
    else
        bug("do what?");
    put_number(tool, "cpu_us", cpu_us() - cpu);
    put_number(tool, "wall_us", clock_monotonic_us() - begun_us);
    buf_put_char(tool->out, '}');
    if (buf_check(tool->out) != OK)
        bug("the answer is too long");
    (void)printf("%.*s\n", STR_ARG(buf_str(tool->out)));
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    struct arena *process = arena_new((size_t)64 << 20);
    struct arena *arena = arena_new((size_t)64 << 20);
    char *line = arena_alloc(process, LINE_MAX_BYTES);
    struct directory_set *set = NULL;
    struct conf *conf = NULL;

    if (argc != 2)
        return 64;
    log_open("directory", LOG_LEVEL_INFO);
    /* As every program that speaks to a directory: a connection that is gone is an error, no end. */
    (void)signal(SIGPIPE, SIG_IGN);
    if (conf_load(process, argv[1], &conf) != OK ||
        directory_open(process, conf, &set) != OK) {
        (void)fprintf(stderr, "%s\n", err_text());
        arena_free(&arena);
        arena_free(&process);
        return 78;
    }
    while (fgets(line, LINE_MAX_BYTES, stdin)) {
        json_t *input = NULL;
        struct buf out = buf_init(arena, (size_t)4 << 20);
        struct tool tool = {arena, set, NULL, &out};

        err_clear();
        if (json_parse(arena, str_from(line), &input) != OK)
            bug("%s", err_text());
        tool.input = input;
        answer(&tool);
        arena_clear(arena);
    }
    arena_free(&arena);
    arena_free(&process);
    return 0;
}
