#include "auth/directory.h"

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "text/escape.h"
#include "auth/directory_driver.h"

#define SERVERS_MAX  8
#define LOGIN_MAX    190 /* bytes; as person.login */
#define GROUPS_MAX   64
#define FILTER_LIMIT 4096
#define LOGIN_MARK   "{login}"

struct directory {
    const struct directory_driver *driver;
    void *context;
    const char *uris[SERVERS_MAX];
    size_t uri_count;
    const char *ca_file;
    const char *bind_dn;
    const struct secret *bind_password;
    const char *user_base;
    struct str user_filter;
    const char *login_attribute;
    const char *name_attribute;
    const char *mail_attribute;
    const char *company_attribute;
    struct str customer_base;
    struct str staff_base;
    const char *role_group_base;
    const char *team_group_base;
    struct str decoy_dn;
    int64_t timeout_us;
    void *service;      /* the service connection, NULL if closed */
    const char *server; /* the server it leads to */
};

struct directory_set {
    struct directory *one;
};

static void close_service(struct directory *d)
{
    if (d->service)
        d->driver->close(d->service);
    d->service = NULL;
}

static void close_at_end(void *handle)
{
    close_service(handle);
}

/* ---- configuration ---- */

static enum err read_servers(struct arena *arena, struct directory *d, struct str list)
{
    struct str rest = list;
    struct str uri;

    while (str_next(&rest, ' ', &uri)) {
        uri = str_trim(uri);
        if (uri.len == 0)
            continue;
        /* Passwords travel here: nothing but TLS from the first byte. */
        if (!str_starts(uri, STR("ldaps://")))
            return err_note(ERR_INPUT, "[directory] uri: %.*s is no ldaps:// address",
                            STR_ARG(uri));
        if (d->uri_count == SERVERS_MAX)
            return err_note(ERR_INPUT, "[directory] uri: more than %d servers",
                            SERVERS_MAX);
        d->uris[d->uri_count++] = str_c(arena, uri);
    }
    if (d->uri_count == 0)
        return err_note(ERR_INPUT, "[directory] uri is empty");
    return OK;
}

/* "(uid={login})" names the attribute that holds the canonical login: "uid". */
static enum err read_filter(struct arena *arena, struct directory *d)
{
    ssize_t mark = str_find(d->user_filter, STR("=" LOGIN_MARK ")"));
    ssize_t start = mark;

    if (mark <= 0)
        return err_note(ERR_INPUT, "[directory] user_filter has no (attribute={login})");
    while (start > 0 && d->user_filter.ptr[start - 1] != '(')
        start--;
    d->login_attribute =
        str_c(arena, str_sub(d->user_filter, (size_t)start, (size_t)(mark - start)));
    return OK;
}

enum err directory_open_with(struct arena *arena, const struct conf *conf,
                             const struct directory_driver *driver, void *driver_context,
                             struct directory_set **out)
{
    static const char S[] = "directory";
    struct directory *d = ARENA_NEW(arena, struct directory);
    struct secret *password = NULL;
    enum err err;

    d->driver = driver;
    d->context = driver_context;
    d->ca_file = conf_c(conf, S, "ca_file");
    d->bind_dn = conf_c(conf, S, "bind_dn");
    d->user_base = conf_c(conf, S, "user_base");
    d->user_filter = conf_str(conf, S, "user_filter");
    d->name_attribute = conf_c(conf, S, "name_attribute");
    d->mail_attribute = conf_c(conf, S, "mail_attribute");
    d->company_attribute = conf_c(conf, S, "company_attribute");
    d->customer_base = conf_str(conf, S, "customer_base");
    d->staff_base = conf_str(conf, S, "staff_base");
    d->role_group_base = conf_c(conf, S, "role_group_base");
    d->team_group_base = conf_c(conf, S, "team_group_base");
    d->decoy_dn = conf_str(conf, S, "decoy_dn");
    d->timeout_us = conf_int(conf, S, "timeout_ms") * 1000;
    err = read_servers(arena, d, conf_str(conf, S, "uri"));
    if (err == OK)
        err = read_filter(arena, d);
    if (err == OK && (!d->bind_dn[0] || !d->user_base[0]))
        err = err_note(ERR_INPUT, "[directory] bind_dn or user_base is empty");
    if (err == OK)
        err = secret_read_file(arena, conf_c(conf, S, "bind_password_file"), &password);
    if (err == OK && secret_str(password).len == 0)
        err = err_note(ERR_INPUT, "[directory] the service password is empty");
    if (err != OK)
        return err;
    d->bind_password = password;
    arena_on_end(arena, close_at_end, d);
    *out = ARENA_NEW(arena, struct directory_set);
    (*out)->one = d;
    return OK;
}

enum err directory_open(struct arena *arena, const struct conf *conf,
                        struct directory_set **out)
{
    return directory_open_with(arena, conf, &directory_ldap_driver, NULL, out);
}

/* ---- the ladder ---- */

/* Servers in order; each gets its share of the time that is left, so that a dead first
 * one leaves enough for the second. */
static enum directory_outcome open_service(struct directory *d, int64_t deadline_us)
{
    enum directory_outcome outcome = DIRECTORY_AWAY;

    for (size_t i = 0; i < d->uri_count; i++) {
        int64_t now = clock_monotonic_us();
        int64_t share = (deadline_us - now) / (int64_t)(d->uri_count - i);
        void *link = NULL;

        if (share <= 0)
            break;
        /* The very last share keeps a part for the search and the bind that follow. */
        outcome =
            d->driver->connect(d->context, d->uris[i], d->ca_file, now + share, &link);
        if (outcome == DIRECTORY_DONE) {
            outcome = d->driver->bind(link, d->bind_dn, secret_str(d->bind_password),
                                      now + share);
            if (outcome == DIRECTORY_DONE) {
                d->service = link;
                d->server = d->uris[i];
                return DIRECTORY_DONE;
            }
            d->driver->close(link);
        }
    }
    if (outcome == DIRECTORY_REFUSED)
        (void)err_note(ERR_UNAVAILABLE, "the directory refuses the service account");
    return outcome == DIRECTORY_REFUSED ? DIRECTORY_BROKEN : outcome;
}

/* A search on the service connection. The server may have closed it while it was idle:
 * then it is opened again, once. */
static enum directory_outcome service_search(struct directory *d, struct arena *arena,
                                             const struct directory_search *search,
                                             int64_t deadline_us,
                                             struct directory_entry *entries_out,
                                             size_t *count_out)
{
    enum directory_outcome outcome = DIRECTORY_AWAY;
    bool kept = d->service != NULL;
    int64_t now_us = clock_monotonic_us();
    int64_t first_us;

    if (!kept) {
        outcome = open_service(d, deadline_us);
        if (outcome != DIRECTORY_DONE)
            return outcome;
    }
    /* A kept connection whose server hangs must leave time for the next server. */
    first_us = kept && d->uri_count > 1 ? (now_us + deadline_us) / 2 : deadline_us;
    outcome =
        d->driver->search(d->service, arena, search, first_us, entries_out, count_out);
    if (outcome == DIRECTORY_AWAY) {
        close_service(d);
        if (kept)
            return service_search(d, arena, search, deadline_us, entries_out, count_out);
    }
    return outcome;
}

static const char *user_filter(const struct directory *d, struct arena *arena,
                               struct str login)
{
    struct buf filter = buf_init(arena, FILTER_LIMIT);
    struct str rest = d->user_filter;
    ssize_t mark;

    while ((mark = str_find(rest, STR(LOGIN_MARK))) >= 0) {
        buf_put(&filter, str_sub(rest, 0, (size_t)mark));
        escape_ldap_filter(&filter, login);
        rest = str_from_index(rest, (size_t)mark + sizeof(LOGIN_MARK) - 1);
    }
    buf_put(&filter, rest);
    return str_c(arena, buf_str(&filter));
}

/* "...,ou=staff,dc=x" below "ou=staff,dc=x". A comma that is part of a value (\,) is no
 * border. */
static bool is_below(struct str dn, struct str base)
{
    struct str tail;
    size_t at;

    if (base.len == 0 || dn.len <= base.len + 1)
        return false;
    at = dn.len - base.len - 1;
    tail = str_from_index(dn, at + 1);
    return dn.ptr[at] == ',' && (at == 0 || dn.ptr[at - 1] != '\\') &&
           str_eq_nocase(tail, base);
}

static const char *decoy(const struct directory *d, struct arena *arena)
{
    uint8_t bytes[8];

    if (d->decoy_dn.len > 0)
        return str_c(arena, d->decoy_dn);
    random_bytes(bytes, sizeof(bytes));
    return str_c(arena,
                 str_format(arena, "%s=nobody-%.*s,%s", d->login_attribute,
                            STR_ARG(str_hex(arena, bytes, sizeof(bytes))), d->user_base));
}

/* On a connection of its own: the service connection stays bound as the service. */
static enum directory_outcome bind_person(struct directory *d, const char *dn,
                                          struct str password, int64_t deadline_us)
{
    void *link = NULL;
    enum directory_outcome outcome =
        d->driver->connect(d->context, d->server, d->ca_file, deadline_us, &link);

    if (outcome != DIRECTORY_DONE)
        return DIRECTORY_AWAY;
    outcome = d->driver->bind(link, dn, password, deadline_us);
    d->driver->close(link);
    return outcome;
}

static enum directory_outcome
search_groups(struct directory *d, struct arena *arena, const char *base, struct str dn,
              int64_t deadline_us, struct directory_entry *entries_out, size_t *count_out)
{
    static const char *const ATTRIBUTES[] = {"cn", NULL};
    struct buf filter = buf_init(arena, FILTER_LIMIT);
    struct directory_search search = {
        .base = base, .attributes = ATTRIBUTES, .limit = GROUPS_MAX};

    *count_out = 0;
    if (!base[0])
        return DIRECTORY_DONE;
    buf_put_c(&filter, "(member=");
    escape_ldap_filter(&filter, dn);
    buf_put_c(&filter, ")");
    if (buf_check(&filter) != OK)
        return DIRECTORY_BROKEN;
    search.filter = str_c(arena, buf_str(&filter));
    return service_search(d, arena, &search, deadline_us, entries_out, count_out);
}

static enum directory_outcome read_staff_groups(struct directory *d, struct arena *arena,
                                                struct identity *identity,
                                                int64_t deadline_us)
{
    struct directory_entry *entries =
        ARENA_ARRAY(arena, struct directory_entry, GROUPS_MAX);
    size_t count = 0;
    enum directory_outcome outcome = search_groups(
        d, arena, d->role_group_base, identity->dn, deadline_us, entries, &count);

    for (size_t i = 0; outcome == DIRECTORY_DONE && i < count; i++) {
        enum role role = role_from_key(entries[i].values[0]);

        /* A group that is no role of Kontor gives nothing; nor does one named like a role
         * that only a company can give. */
        if (role_is_staff(role))
            identity->roles |= 1u << role;
    }
    if (outcome == DIRECTORY_DONE)
        outcome = search_groups(d, arena, d->team_group_base, identity->dn, deadline_us,
                                entries, &count);
    for (size_t i = 0; outcome == DIRECTORY_DONE && i < count; i++)
        if (entries[i].values[0].len > 0 && identity->team_count < IDENTITY_TEAMS_MAX)
            identity->teams[identity->team_count++] = entries[i].values[0];
    return outcome;
}

static void fill_identity(const struct directory *d, const struct directory_entry *entry,
                          struct str login, struct identity *out)
{
    out->issuer = STR("ldap:main");
    out->links = IDENTITY_LINK_LOGIN | IDENTITY_LINK_INVITATION;
    out->company_said = true;
    out->password_expires_s = -1;
    out->grace_logins = -1;
    out->dn = entry->dn;
    out->login = entry->values[0].len > 0 ? entry->values[0] : login;
    out->subject = out->login;
    out->display_name = entry->values[1].len > 0 ? entry->values[1] : out->login;
    out->email = entry->values[2];
    out->is_staff = is_below(entry->dn, d->staff_base);
    out->is_customer = !out->is_staff && is_below(entry->dn, d->customer_base);
    if (out->is_customer)
        out->company_key = entry->values[3];
}

static enum auth_verdict verdict_of(enum directory_outcome outcome)
{
    switch (outcome) {
    case DIRECTORY_DONE:
        return AUTH_OK;
    case DIRECTORY_REFUSED:
        return AUTH_WRONG;
    case DIRECTORY_AWAY:
        (void)err_note(ERR_UNAVAILABLE, "no directory server answered in time");
        return AUTH_UNAVAILABLE;
    case DIRECTORY_BROKEN:
        (void)err_note(ERR_UNAVAILABLE, "the directory answered with an error");
        return AUTH_UNAVAILABLE;
    }
    bug("directory outcome %d", (int)outcome);
}

enum auth_verdict directory_login(struct directory_set *set, struct arena *arena,
                                  const struct directory_try *input,
                                  struct identity *identity_out, unsigned *away_out)
{
    struct directory *d = set->one;
    struct str login = input->login;
    struct str password = input->password;
    const char *attributes[] = {d->login_attribute, d->name_attribute, d->mail_attribute,
                                d->company_attribute, NULL};
    struct directory_search search = {
        .base = d->user_base, .attributes = attributes, .limit = 2};
    struct directory_entry found[2];
    struct identity identity = {0};
    size_t count = 0;
    int64_t deadline_us = clock_monotonic_us() + d->timeout_us;
    enum directory_outcome outcome;

    *away_out = 0;
    if (password.len == 0 || memchr(password.ptr, 0, password.len))
        return AUTH_EMPTY_PASSWORD;
    /* No entry can have such a login, but the way of every other one is gone all the
     * same. */
    if (login.len > LOGIN_MAX || login.len == 0)
        login = STR("-");
    search.filter = user_filter(d, arena, login);
    outcome = service_search(d, arena, &search, deadline_us, found, &count);
    if (outcome != DIRECTORY_DONE)
        return verdict_of(outcome == DIRECTORY_REFUSED ? DIRECTORY_BROKEN : outcome);
    if (count != 1) {
        outcome = bind_person(d, decoy(d, arena), password, deadline_us);
        if (outcome == DIRECTORY_BROKEN)
            return AUTH_BROKEN;
        return verdict_of(outcome == DIRECTORY_DONE ? DIRECTORY_REFUSED : outcome);
    }
    outcome = bind_person(d, str_c(arena, found[0].dn), password, deadline_us);
    if (outcome == DIRECTORY_BROKEN)
        return AUTH_BROKEN;
    if (outcome != DIRECTORY_DONE)
        return verdict_of(outcome);
    fill_identity(d, &found[0], login, &identity);
    if (identity.is_staff) {
        outcome = read_staff_groups(d, arena, &identity, deadline_us);
        if (outcome != DIRECTORY_DONE)
            return verdict_of(outcome == DIRECTORY_REFUSED ? DIRECTORY_BROKEN : outcome);
    }
    *identity_out = identity;
    return AUTH_OK;
}
