#include <errno.h>
#include <unistd.h>

#include "base/secret.h"
#include "auth/oidc_own.h"

#define FAMILY "provider"

bool oidc_list_has(const struct oidc_list *list, struct str value)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i], value))
            return true;
    return false;
}

/* One section while it is read. */
struct reading {
    struct arena *arena;
    const struct conf *conf;
    const char *section;
};

static enum err refuse(const struct reading *reading, const char *key, const char *why)
{
    struct str where = conf_where(reading->conf, reading->arena, reading->section, key);

    return err_note(ERR_INPUT, "%.*s: %s", STR_ARG(where), why);
}

static struct str text_of(const struct reading *reading, const char *key)
{
    return conf_str(reading->conf, reading->section, key);
}

static enum err read_list(const struct reading *reading, const char *key,
                          struct oidc_list *out)
{
    struct str rest = text_of(reading, key);
    struct str item;

    while (str_next(&rest, ' ', &item)) {
        if (item.len == 0)
            continue;
        if (out->count == OIDC_LIST_MAX)
            return refuse(reading, key, "too many values");
        out->items[out->count++] = item;
    }
    return OK;
}

/* "idp.example.org" or "idp.example.org:8443": letters, digits, dots and hyphens, nothing that two
 * readers of URLs could take for two things. */
static bool is_host(struct str host)
{
    ssize_t colon = str_index(host, ':');
    struct str name = colon < 0 ? host : str_sub(host, 0, (size_t)colon);
    struct str port = colon < 0 ? STR("443") : str_from_index(host, (size_t)colon + 1);
    int64_t number = 0;

    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '.')
            return false;
    }
    return name.len > 0 && name.len <= 253 && port.len > 0 && port.ptr[0] != '+' &&
           str_to_i64(port, &number) == OK && number > 0 && number <= 65535;
}

/* Host and port of an https address; absent text for anything else. */
static struct str host_of(struct str url)
{
    static const struct str SCHEME = {"https://", 8};
    struct str rest = str_from_index(url, SCHEME.len);
    struct str host;

    if (!str_starts(url, SCHEME) || url.len > 1000 || !str_next(&rest, '/', &host) ||
        !is_host(host))
        return STR_NONE;
    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.ptr[i];

        if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\' || c == '"' || c == '<' ||
            c == '>')
            return STR_NONE;
    }
    return str_ends(host, STR(":443")) ? str_sub(host, 0, host.len - 4) : host;
}

bool oidc_may_ask(const struct oidc_provider *provider, struct str url)
{
    struct str host = host_of(url);

    return host.ptr && oidc_list_has(&provider->hosts, host);
}

static enum err read_address(const struct reading *reading,
                             struct oidc_provider *provider)
{
    struct str host;
    enum err err;

    provider->issuer = text_of(reading, "issuer");
    host = host_of(provider->issuer);
    if (!host.ptr || str_index(provider->issuer, '?') >= 0)
        return refuse(reading, "issuer", "no https address without a query");
    provider->hosts.items[provider->hosts.count++] = host;
    err = read_list(reading, "hosts", &provider->hosts);
    for (size_t i = 1; err == OK && i < provider->hosts.count; i++)
        if (!is_host(provider->hosts.items[i]))
            err = refuse(reading, "hosts", "not host[:port] in small letters");
    provider->ca_file = conf_c(reading->conf, reading->section, "ca_file");
    if (err == OK && *provider->ca_file && access(provider->ca_file, R_OK) != 0)
        err = refuse(reading, "ca_file", strerror(errno));
    provider->reach = str_is(text_of(reading, "reach"), "loopback")  ? FETCH_LOOPBACK
                      : str_is(text_of(reading, "reach"), "private") ? FETCH_PRIVATE
                                                                     : FETCH_PUBLIC;
    provider->timeout_us = conf_int(reading->conf, reading->section, "timeout_ms") * 1000;
    return err;
}

static enum err read_client(const struct reading *reading, struct oidc_provider *provider)
{
    struct str path = text_of(reading, "client_secret_file");
    struct secret *secret = NULL;
    enum err err = OK;

    provider->client_id = text_of(reading, "client_id");
    provider->scopes = text_of(reading, "scopes");
    if (provider->client_id.len == 0 || provider->client_id.len > 255)
        return refuse(reading, "client_id", "empty or over 255 bytes");
    if (!str_starts(str_concat(reading->arena, provider->scopes, STR(" ")),
                    STR("openid ")))
        return refuse(reading, "scopes", "must begin with openid");
    if (path.len > 0)
        err = secret_read_file(reading->arena, path.ptr, &secret);
    if (err == OK && secret && secret_str(secret).len == 0)
        err = refuse(reading, "client_secret_file", "the file is empty");
    provider->client_secret = secret;
    return err;
}

static enum err read_checks(const struct reading *reading, struct oidc_provider *provider)
{
    struct oidc_list names = {0};
    enum err err = read_list(reading, "algorithms", &names);

    for (size_t i = 0; err == OK && i < names.count; i++) {
        enum jws_algorithm algorithm;

        if (!jws_algorithm_parse(names.items[i], &algorithm))
            return refuse(reading, "algorithms",
                          "only RS, PS, ES with 256, 384 or 512: no none, no HMAC");
        provider->algorithms |= 1u << algorithm;
    }
    if (err == OK && !provider->algorithms)
        err = refuse(reading, "algorithms", "none given");
    if (err == OK)
        err = read_list(reading, "required_acr", &provider->required_acr);
    if (err == OK)
        err = read_list(reading, "second_factor_acr", &provider->second_factor_acr);
    if (err == OK)
        err = read_list(reading, "second_factor_amr", &provider->second_factor_amr);
    provider->skew_us =
        conf_int(reading->conf, reading->section, "clock_skew_seconds") * US_PER_S;
    provider->max_age_us =
        conf_int(reading->conf, reading->section, "max_age_minutes") * 60 * US_PER_S;
    return err;
}

/* "kontor-admins=admin kontor-desk=intake": groups that go by another name than the role. */
static enum err read_role_map(const struct reading *reading,
                              struct oidc_provider *provider)
{
    struct str rest = text_of(reading, "role_map");
    struct str item;

    while (str_next(&rest, ' ', &item)) {
        struct oidc_role_map *row = &provider->role_map[provider->role_map_count];
        ssize_t equals = -1;

        if (item.len == 0)
            continue;
        for (size_t i = 0; i < item.len; i++)
            if (item.ptr[i] == '=')
                equals = (ssize_t)i;
        if (equals < 1)
            return refuse(reading, "role_map", "not group=role");
        if (provider->role_map_count ==
            sizeof(provider->role_map) / sizeof(*provider->role_map))
            return refuse(reading, "role_map", "too many groups");
        row->group = str_sub(item, 0, (size_t)equals);
        row->role = role_from_key(str_from_index(item, (size_t)equals + 1));
        if (row->role == ROLE_NONE || !role_is_staff(row->role))
            return refuse(reading, "role_map", "unknown role of staff");
        provider->role_map_count++;
    }
    return OK;
}

static enum err read_claims(const struct reading *reading, struct oidc_provider *provider)
{
    const struct conf *conf = reading->conf;
    const char *section = reading->section;

    provider->for_staff = str_is(text_of(reading, "side"), "staff");
    provider->userinfo = conf_bool(conf, section, "userinfo");
    provider->login_claim = conf_c(conf, section, "login_claim");
    provider->name_claim = conf_c(conf, section, "name_claim");
    provider->mail_claim = conf_c(conf, section, "mail_claim");
    provider->company_claim = conf_c(conf, section, "company_claim");
    provider->role_claim = conf_c(conf, section, "role_claim");
    provider->team_claim = conf_c(conf, section, "team_claim");
    if (!provider->for_staff && (*provider->role_claim || *provider->team_claim))
        return refuse(reading, *provider->role_claim ? "role_claim" : "team_claim",
                      "roles of customers come from Kontor's own table");
    if (provider->for_staff && *provider->company_claim)
        return refuse(reading, "company_claim", "staff has no company");
    return read_role_map(reading, provider);
}

/* "main", "staff": the names of the directories that the configuration has. */
static bool has_directory(const struct reading *reading, struct str name)
{
    const char *sections[16];
    size_t count = conf_sections(reading->conf, "directory", sections, 16);

    for (size_t i = 0; i < count; i++) {
        const char *dot = strchr(sections[i], '.');

        if (str_is(name, dot ? dot + 1 : "main"))
            return true;
    }
    return false;
}

/* Somebody has to say company or roles, and nobody twice. */
static enum err check_link(const struct reading *reading,
                           const struct oidc_provider *provider)
{
    if (provider->link == OIDC_LINK_LOGIN)
        return *provider->role_claim || *provider->team_claim || *provider->company_claim
                   ? refuse(reading, "link",
                            "with login:NAME the directory says company, roles and "
                            "teams: no company_claim, role_claim, team_claim")
                   : OK;
    if (provider->for_staff && !*provider->role_claim)
        return refuse(reading, "link", "staff needs role_claim, or link = login:NAME");
    if (provider->link == OIDC_LINK_NONE && !provider->for_staff &&
        !*provider->company_claim)
        return refuse(reading, "link",
                      "customers need company_claim, or another link than none");
    if (provider->link == OIDC_LINK_INVITATION && provider->for_staff)
        return refuse(reading, "link", "staff is not invited");
    return OK;
}

static enum err read_link(const struct reading *reading, struct oidc_provider *provider)
{
    static const struct str LOGIN = {"login:", 6};
    struct str rule = text_of(reading, "link");

    provider->logout = conf_bool(reading->conf, reading->section, "logout");
    if (str_is(rule, "none")) {
        provider->link = OIDC_LINK_NONE;
    } else if (str_is(rule, "invitation")) {
        provider->link = OIDC_LINK_INVITATION;
    } else if (str_starts(rule, LOGIN) &&
               has_directory(reading, str_from_index(rule, LOGIN.len))) {
        provider->link = OIDC_LINK_LOGIN;
        provider->link_directory =
            str_concat(reading->arena, STR("ldap:"), str_from_index(rule, LOGIN.len));
    } else {
        return refuse(reading, "link",
                      "neither none, invitation nor login:NAME of a directory");
    }
    if (provider->link != OIDC_LINK_NONE && !*provider->login_claim)
        return refuse(reading, "link", "needs login_claim");
    return check_link(reading, provider);
}

static enum err read_provider(const struct reading *reading,
                              struct oidc_provider *provider)
{
    const char *dot = strchr(reading->section, '.');
    enum err err;

    if (!dot)
        return refuse(reading, "issuer", "a provider needs a name: [provider.NAME]");
    provider->key = str_from(dot + 1);
    provider->label_de = text_of(reading, "label_de");
    provider->label_en = text_of(reading, "label_en");
    if (provider->label_de.len == 0)
        provider->label_de = provider->key;
    if (provider->label_en.len == 0)
        provider->label_en = provider->key;
    provider->cache = oidc_cache_new(reading->arena);
    err = read_address(reading, provider);
    if (err == OK)
        err = read_client(reading, provider);
    if (err == OK)
        err = read_checks(reading, provider);
    if (err == OK)
        err = read_claims(reading, provider);
    if (err == OK)
        err = read_link(reading, provider);
    return err;
}

enum err oidc_open_with(struct arena *arena, const struct conf *conf,
                        const struct oidc_port *port, struct oidc **out)
{
    struct oidc *oidc = ARENA_NEW(arena, struct oidc);
    const char *sections[OIDC_PROVIDERS_MAX + 1];
    size_t count = conf_sections(conf, FAMILY, sections, OIDC_PROVIDERS_MAX + 1);

    if (count > OIDC_PROVIDERS_MAX)
        return err_note(ERR_INPUT, "more than %d providers", OIDC_PROVIDERS_MAX);
    oidc->port = *port;
    for (size_t i = 0; i < count; i++) {
        struct reading reading = {arena, conf, sections[i]};
        enum err err = read_provider(&reading, &oidc->providers[i]);

        if (err != OK)
            return err;
        /* Identities are told apart by issuer and subject. */
        if (oidc_of_issuer(oidc, oidc->providers[i].issuer))
            return refuse(&reading, "issuer", "a second provider with this issuer");
        oidc->count++;
    }
    *out = oidc;
    return OK;
}

size_t oidc_count(const struct oidc *oidc)
{
    return oidc->count;
}

const struct oidc_provider *oidc_at(const struct oidc *oidc, size_t index)
{
    return &oidc->providers[index];
}

const struct oidc_provider *oidc_find(const struct oidc *oidc, struct str key)
{
    for (size_t i = 0; i < oidc->count; i++)
        if (str_eq(oidc->providers[i].key, key))
            return &oidc->providers[i];
    return NULL;
}

const struct oidc_provider *oidc_of_issuer(const struct oidc *oidc, struct str issuer)
{
    for (size_t i = 0; i < oidc->count; i++)
        if (str_eq(oidc->providers[i].issuer, issuer))
            return &oidc->providers[i];
    return NULL;
}
