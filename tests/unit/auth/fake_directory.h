/* A scripted directory driver: what servers answer is a list of rules, what they were asked is a text. */
#ifndef TESTS_FAKE_DIRECTORY_H
#define TESTS_FAKE_DIRECTORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "auth/directory.h"
#include "auth/directory_driver.h"

#define PASSWORD "right"
#define SERVICE  "cn=service,dc=x"

/* The first rule whose host is part of the server's uri, whose base is the search's and whose needle is
 * part of the filter answers; without one: nothing is found. */
struct fake_rule {
    const char *host;
    const char *base;
    const char *needle;
    enum directory_outcome outcome;
    size_t count;
    struct directory_entry entries[3];
};

/* Of a bind that is not the service's; without one: refused. */
struct fake_bind {
    const char *dn;
    const char *password;
    enum directory_outcome outcome;
    struct directory_answer answer;
};

struct fake {
    struct fake_rule rules[16];
    size_t rule_count;
    struct fake_bind binds[8];
    size_t bind_count;
    const char *down[4]; /* servers whose uri contains this do not answer */
    enum directory_outcome service_bind;
    bool drop_next_search; /* the kept connection is lost with the next search */
    bool gone;             /* the server closed all kept connections */
    struct directory_certificate certificate;
    bool shows_itself; /* to look(), where connect() is refused */
    enum directory_outcome change;
    struct directory_answer change_answer;
    char changed[200]; /* "dn old new" */
    char log[16384]; /* "connect URI", "bind DN", "search BASE FILTER", ... a line each */
    int open;        /* connections */
    int delay_ms;    /* of each search */
};
static struct fake fake;

struct fake_link {
    const char *uri;
};

static void fake_say(const char *what, const char *a, const char *b)
{
    size_t used = strlen(fake.log);

    (void)snprintf(fake.log + used, sizeof(fake.log) - used, "%s %s%s%s\n", what, a,
                   *b ? " " : "", b);
}

static enum directory_outcome fake_connect(void *context,
                                           const struct directory_server *server,
                                           int64_t deadline_us, void **link_out)
{
    fake_say("connect", server->uri, server->starttls ? "starttls" : "");
    assert_string_equal(server->ca_file + strlen(server->ca_file) - 2, "ca");
    for (size_t i = 0; i < 4 && fake.down[i]; i++)
        if (strstr(server->uri, fake.down[i])) {
            (void)err_note(ERR_UNAVAILABLE, "%s: no answer", server->uri);
            return DIRECTORY_AWAY;
        }
    fake.open++;
    *link_out = (void *)(uintptr_t)server;
    return DIRECTORY_DONE;
}

static enum directory_outcome fake_bind(void *link, const char *dn, struct str password,
                                        int64_t deadline_us,
                                        struct directory_answer *answer_out)
{
    assert_true(password.len > 0);
    *answer_out = DIRECTORY_ANSWER_NONE;
    if (strcmp(dn, SERVICE) == 0) {
        fake_say("service", "", "");
        return fake.service_bind;
    }
    fake_say("bind", dn, "");
    for (size_t i = 0; i < fake.bind_count; i++) {
        const struct fake_bind *bind = &fake.binds[i];

        if (strcmp(bind->dn, dn) == 0 &&
            (!bind->password || str_is(password, bind->password))) {
            *answer_out = bind->answer;
            return bind->outcome;
        }
    }
    return DIRECTORY_REFUSED;
}

static enum directory_outcome fake_search(void *link, struct arena *arena,
                                          const struct directory_search *search,
                                          int64_t deadline_us,
                                          struct directory_entries *entries_out)
{
    const struct directory_server *server = link;

    fake_say(search->base_only ? "read" : "search", search->base, search->filter);
    if (fake.delay_ms > 0)
        (void)usleep((useconds_t)fake.delay_ms * 1000);
    *entries_out = (struct directory_entries){0};
    if (fake.drop_next_search) {
        fake.drop_next_search = false;
        return DIRECTORY_AWAY;
    }
    for (size_t i = 0; i < fake.rule_count; i++) {
        const struct fake_rule *rule = &fake.rules[i];

        if (!strstr(server->uri, rule->host) || strcmp(rule->base, search->base) != 0 ||
            !strstr(search->filter, rule->needle))
            continue;
        entries_out->count = rule->count > search->limit ? search->limit : rule->count;
        entries_out->items = ARENA_ARRAY(arena, struct directory_entry, 3);
        for (size_t k = 0; k < entries_out->count; k++)
            entries_out->items[k] = rule->entries[k];
        return rule->outcome;
    }
    return DIRECTORY_DONE;
}

static enum directory_outcome fake_change(void *link,
                                          const struct directory_change_of *change,
                                          int64_t deadline_us,
                                          struct directory_answer *answer_out)
{
    (void)snprintf(fake.changed, sizeof(fake.changed), "%s %.*s %.*s", change->dn,
                   STR_ARG(change->old_password), STR_ARG(change->new_password));
    *answer_out = fake.change_answer;
    return fake.change;
}

static void fake_certificate(void *link, struct arena *arena,
                             struct directory_certificate *out)
{
    *out = fake.certificate;
}

static enum directory_outcome fake_look(void *context, struct arena *arena,
                                        const struct directory_server *server,
                                        int64_t deadline_us,
                                        struct directory_certificate *out)
{
    fake_say("look", server->uri, "");
    *out = fake.certificate;
    return fake.shows_itself ? DIRECTORY_DONE : DIRECTORY_AWAY;
}

static bool fake_alive(void *link)
{
    return !fake.gone;
}

static void fake_close(void *link)
{
    fake.open--;
}

static const struct directory_driver FAKE_DRIVER = {
    .connect = fake_connect,
    .bind = fake_bind,
    .search = fake_search,
    .change = fake_change,
    .certificate = fake_certificate,
    .look = fake_look,
    .alive = fake_alive,
    .close = fake_close,
};

/* ---- the fixture ---- */

static struct arena *arena;
static struct directory_set *set;

static void put_file(const char *dir, const char *name, const char *text)
{
    char path[200];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const struct directory_driver *fake_driver = &FAKE_DRIVER;

/* Opens a set on this configuration and this group map (NULL: none). */
static enum err open_set(const char *text, const char *map)
{
    static const char *const NAMES[] = {"secret", "empty", "groups.map", "conf"};
    char dir[] = "/tmp/kontor-auth-XXXXXX";
    char path[200];
    struct conf *conf = NULL;
    enum err err;

    err_clear();
    assert_non_null(mkdtemp(dir));
    put_file(dir, "secret", "servicepw\n");
    put_file(dir, "empty", "\n");
    put_file(dir, "groups.map", map ? map : "");
    put_file(dir, "conf", text);
    (void)snprintf(path, sizeof(path), "%s/conf", dir);
    err = conf_load(arena, path, &conf);
    if (err == OK)
        err = directory_open_with(arena, conf, fake_driver, NULL, &set);
    for (size_t i = 0; i < sizeof(NAMES) / sizeof(*NAMES); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", dir, NAMES[i]);
        (void)unlink(path);
    }
    (void)rmdir(dir);
    return err;
}

#define COMMON                                                                           \
    "ca_file=ca\nbind_dn=" SERVICE "\nbind_password_file=secret\nuser_base=dc=x\n"

static inline void must_open(const char *text, const char *map)
{
    if (open_set(text, map) != OK)
        fail_msg("%s", err_text());
}

/* An entry as the ladder reads it: login, name, mail, company, subject. */
static inline struct directory_entry person(const char *dn, const char *login,
                                            const char *company, const char *subject)
{
    struct directory_entry entry = {.dn = str_from(dn)};
    const char *values[] = {login, "Anna A", "a@x.example", company, subject};

    for (size_t i = 0; i < 5; i++) {
        entry.values[i] = str_from(values[i]);
        entry.counts[i] = values[i] != NULL;
    }
    return entry;
}

/* A group: cn and the company's attribute. */
static inline struct directory_entry group(const char *dn, const char *cn,
                                           const char *company)
{
    return (struct directory_entry){.dn = str_from(dn),
                                    .values = {str_from(cn), str_from(company)},
                                    .counts = {cn != NULL, company != NULL}};
}

static inline struct fake_rule *rule(const char *host, const char *base,
                                     const char *needle, size_t count)
{
    struct fake_rule *out = &fake.rules[fake.rule_count++];

    assert_true(fake.rule_count <= sizeof(fake.rules) / sizeof(*fake.rules));
    *out = (struct fake_rule){.host = host,
                              .base = base,
                              .needle = needle,
                              .outcome = DIRECTORY_DONE,
                              .count = count};
    return out;
}

static inline struct fake_bind *binds(const char *dn, const char *password,
                                      enum directory_outcome outcome)
{
    struct fake_bind *out = &fake.binds[fake.bind_count++];

    *out = (struct fake_bind){dn, password, outcome, DIRECTORY_ANSWER_NONE};
    return out;
}

static inline int count_of(const char *what)
{
    int count = 0;

    for (const char *at = fake.log; (at = strstr(at, what)); at += strlen(what))
        count++;
    return count;
}

static inline enum auth_verdict login(const char *name, const char *password,
                                      struct identity *who, unsigned *away)
{
    struct directory_try input = {.login = str_from(name),
                                  .password = str_from(password)};

    *who = (struct identity){0};
    return directory_login(set, arena, &input, who, away);
}

static int begin(void **state)
{
    memset(&fake, 0, sizeof(fake));
    fake.certificate = (struct directory_certificate){.not_before = INSTANT_NONE,
                                                      .not_after = INSTANT_NONE};
    arena = arena_new((size_t)32 << 20);
    return 0;
}

static int end(void **state)
{
    arena_free(&arena);
    /* Every connection that was opened is closed. */
    assert_int_equal(fake.open, 0);
    err_clear();
    return 0;
}

#endif
