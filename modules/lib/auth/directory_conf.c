/* A section [directory] or [directory.NAME]: read, completed by its kind, and checked, so that what
 * cannot work is refused at the start with its file and line. */
#include "auth/directory_dn.h"
#include "auth/directory_source.h"

#define NONE         "none"
#define NO_ATTRIBUTE "1.1"

/* What an empty value means. */
struct preset {
    const char *user_filter;
    const char *active_filter;
    const char *subject_attribute;
    const char *name_attribute;
    const char *company_attribute;
    enum nested nested;
};

static const struct preset OPENLDAP = {
    .user_filter = "(uid={login})",
    .active_filter = "",
    .subject_attribute = "entryUUID",
    .name_attribute = "cn",
    .company_attribute = "o",
    .nested = NESTED_OFF,
};

static const struct preset ACTIVE_DIRECTORY = {
    .user_filter = "(&(objectCategory=person)(objectClass=user)"
                   "(|(sAMAccountName={login})(userPrincipalName={login})))",
    /* Not disabled (bit 2 of the account's flags), and not ended: 0 is never. */
    .active_filter = "(&(!(userAccountControl:1.2.840.113556.1.4.803:=2))"
                     "(|(!(accountExpires=*))(accountExpires=0)"
                     "(accountExpires>={filetime})))",
    .subject_attribute = "objectGUID",
    .name_attribute = "displayName",
    .company_attribute = "company",
    .nested = NESTED_IN_CHAIN,
};

struct section {
    struct arena *arena;
    const struct conf *conf;
    const char *name;
    const struct preset *preset;
    struct directory *d;
};

static enum err refuse(const struct section *at, const char *key, const char *reason)
{
    return err_note(ERR_INPUT, "%s: %s",
                    conf_where(at->conf, at->arena, at->name, key).ptr, reason);
}

/* The value, what the kind says for an empty one, or "" for "none". */
static const char *value_of(const struct section *at, const char *key, const char *preset)
{
    const char *value = conf_c(at->conf, at->name, key);

    if (strcmp(value, NONE) == 0)
        return "";
    return *value ? value : preset;
}

static enum err read_servers(const struct section *at)
{
    struct directory *d = at->d;
    struct str rest = conf_str(at->conf, at->name, "uri");
    const char *ca_file = conf_c(at->conf, at->name, "ca_file");
    bool starttls = conf_bool(at->conf, at->name, "starttls");
    struct str uri;

    while (str_next(&rest, ' ', &uri)) {
        uri = str_trim(uri);
        if (uri.len == 0)
            continue;
        /* Passwords travel here: nothing but TLS. */
        if (starttls && !str_starts(uri, STR("ldap://")))
            return refuse(at, "uri", "with starttls = yes servers are ldap://...");
        if (!starttls && !str_starts(uri, STR("ldaps://")))
            return refuse(at, "uri",
                          "servers are ldaps://..., or ldap://... with starttls = yes");
        if (d->server_count == SERVERS_MAX)
            return refuse(at, "uri", "more than 8 servers");
        d->servers[d->server_count++] = (struct directory_server){
            .uri = str_c(at->arena, uri),
            .ca_file = ca_file,
            .starttls = starttls,
            .active_directory = at->preset == &ACTIVE_DIRECTORY,
        };
    }
    if (d->server_count == 0)
        return refuse(at, "uri", "is empty");
    if (!*ca_file)
        return refuse(at, "ca_file",
                      "is empty: which certificates sign the directory's?");
    return OK;
}

/* An attribute's name goes into filters as it is. */
static bool is_attribute(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '-' && c != '.' && c != ';')
            return false;
    }
    return name.len > 0;
}

/* Parentheses match, as far as one can say without the server. */
static bool is_filter(struct str filter)
{
    int depth = 0;

    if (!str_starts(filter, STR("(")) || !str_ends(filter, STR(")")))
        return false;
    for (size_t i = 0; i < filter.len; i++) {
        depth += (filter.ptr[i] == '(') - (filter.ptr[i] == ')');
        if (depth < 0 || (depth == 0 && i + 1 < filter.len))
            return false;
    }
    return depth == 0;
}

/* "(uid={login})" names the attribute that holds the login as the directory writes it: "uid". */
static enum err read_filters(const struct section *at)
{
    struct directory *d = at->d;
    ssize_t mark, start;
    struct str attribute;

    d->user_filter = str_from(value_of(at, "user_filter", at->preset->user_filter));
    mark = str_find(d->user_filter, STR("=" LOGIN_MARK ")"));
    start = mark;
    if (mark <= 0)
        return refuse(at, "user_filter", "has no (attribute={login})");
    while (start > 0 && d->user_filter.ptr[start - 1] != '(')
        start--;
    attribute = str_sub(d->user_filter, (size_t)start, (size_t)(mark - start));
    if (!is_attribute(attribute) || !is_filter(d->user_filter))
        return refuse(at, "user_filter", "is no filter (RFC 4515)");
    d->attributes[PERSON_LOGIN] = str_c(at->arena, attribute);
    d->active_filter = value_of(at, "active_filter", at->preset->active_filter);
    if (*d->active_filter && !is_filter(str_from(d->active_filter)))
        return refuse(at, "active_filter", "is no filter (RFC 4515)");
    return OK;
}

static enum err read_attribute(const struct section *at, const char *key,
                               const char *preset, const char **out)
{
    *out = value_of(at, key, preset);
    if (!**out)
        *out = NO_ATTRIBUTE;
    return is_attribute(str_from(*out)) ? OK : refuse(at, key, "is no attribute");
}

static enum err read_attributes(const struct section *at)
{
    struct directory *d = at->d;
    enum err err = read_attribute(at, "name_attribute", at->preset->name_attribute,
                                  &d->attributes[PERSON_NAME]);

    if (err == OK)
        err = read_attribute(at, "mail_attribute", "", &d->attributes[PERSON_MAIL]);
    if (err == OK)
        err = read_attribute(at, "company_attribute", at->preset->company_attribute,
                             &d->attributes[PERSON_COMPANY]);
    if (err == OK)
        err = read_attribute(at, "subject_attribute", at->preset->subject_attribute,
                             &d->attributes[PERSON_SUBJECT]);
    if (err == OK)
        err = read_attribute(at, "company_group_attribute", "",
                             &d->company_group_attribute);
    if (err == OK)
        err =
            read_attribute(at, "group_member_attribute", "", &d->group_member_attribute);
    if (err != OK)
        return err;
    d->has_company_attribute = strcmp(d->attributes[PERSON_COMPANY], NO_ATTRIBUTE) != 0;
    d->subject_is_login = strcmp(d->attributes[PERSON_SUBJECT], NO_ATTRIBUTE) == 0;
    d->subject_is_guid =
        str_eq_nocase(str_from(d->attributes[PERSON_SUBJECT]), STR("objectGUID")) ||
        str_eq_nocase(str_from(d->attributes[PERSON_SUBJECT]),
                      STR("mS-DS-ConsistencyGuid"));
    return OK;
}

/* `text_out` may be NULL. */
static enum err read_base(const struct section *at, const char *key,
                          const char **text_out, struct str *normal_out)
{
    const char *text = conf_c(at->conf, at->name, key);

    if (text_out)
        *text_out = text;
    if (*text && dn_normal(at->arena, str_from(text), normal_out) != OK)
        return refuse(at, key, "is no distinguished name (RFC 4514)");
    return OK;
}

static enum err read_bases(const struct section *at)
{
    struct directory *d = at->d;
    struct str group_base = STR_NONE;
    struct str decoy = STR_NONE;
    struct {
        const char *key;
        const char **text;
        struct str *normal;
    } bases[] = {
        {"user_base", &d->user_base, &d->user_base_normal},
        {"customer_base", NULL, &d->customer_base},
        {"staff_base", NULL, &d->staff_base},
        {"role_group_base", &d->role_group_base, &d->role_group_normal},
        {"team_group_base", &d->team_group_base, &d->team_group_normal},
        {"company_group_base", &d->company_group_base, &d->company_group_normal},
        {"group_base", &d->group_base, &group_base},
        {"decoy_dn", NULL, &decoy},
    };
    enum err err = OK;

    for (size_t i = 0; err == OK && i < sizeof(bases) / sizeof(*bases); i++)
        err = read_base(at, bases[i].key, bases[i].text, bases[i].normal);
    if (err == OK && !*d->user_base)
        return refuse(at, "user_base", "is empty");
    d->decoy_dn = conf_str(at->conf, at->name, "decoy_dn");
    return err;
}

static enum err read_people(const struct section *at)
{
    struct directory *d = at->d;
    struct str people = conf_str(at->conf, at->name, "people");

    d->people = str_is(people, "staff")       ? PEOPLE_STAFF
                : str_is(people, "customers") ? PEOPLE_CUSTOMERS
                                              : PEOPLE_BY_BASE;
    if (d->people != PEOPLE_BY_BASE &&
        (d->customer_base.len > 0 || d->staff_base.len > 0))
        return refuse(at, "people", "customer_base and staff_base go with people = base");
    return OK;
}

static bool bases_below_group_base(const struct section *at)
{
    const struct directory *d = at->d;
    const struct str *const bases[] = {&d->role_group_normal, &d->team_group_normal,
                                       &d->company_group_normal};
    struct str above = STR_NONE;

    if (dn_normal(at->arena, str_from(d->group_base), &above) != OK)
        return false;
    for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++)
        if (bases[i]->len > 0 && !str_eq(*bases[i], above) &&
            !dn_is_below(*bases[i], above))
            return false;
    return true;
}

static enum err read_groups(const struct section *at)
{
    struct directory *d = at->d;
    struct str nested = conf_str(at->conf, at->name, "nested");
    const char *map = conf_c(at->conf, at->name, "group_map");

    d->nested = str_is(nested, "off")        ? NESTED_OFF
                : str_is(nested, "in-chain") ? NESTED_IN_CHAIN
                : str_is(nested, "expand")   ? NESTED_EXPAND
                                             : at->preset->nested;
    d->members_are_logins =
        str_is(conf_str(at->conf, at->name, "group_member_value"), "login");
    if (d->members_are_logins && d->nested != NESTED_OFF)
        return refuse(at, "nested", "groups of logins (memberUid) hold no groups: off");
    if ((*map || d->nested == NESTED_EXPAND) && !*d->group_base)
        return refuse(at, "group_base",
                      "is empty: where are the groups of group_map, and nested ones?");
    if (d->nested == NESTED_EXPAND && !bases_below_group_base(at))
        return refuse(at, "group_base",
                      "with nested = expand all groups must lie below it");
    if (!*map)
        return OK;
    return group_map_read(at->arena, map, &d->map);
}

static enum err read_service(const struct section *at)
{
    struct directory *d = at->d;
    struct secret *password = NULL;
    struct str normal = STR_NONE;
    enum err err;

    d->bind_dn = conf_c(at->conf, at->name, "bind_dn");
    /* Active Directory takes user@domain, too. */
    if (!*d->bind_dn || (!strchr(d->bind_dn, '@') &&
                         dn_normal(at->arena, str_from(d->bind_dn), &normal) != OK))
        return refuse(at, "bind_dn", "is no distinguished name (RFC 4514)");
    err = secret_read_file(at->arena, conf_c(at->conf, at->name, "bind_password_file"),
                           &password);
    if (err == OK && secret_str(password).len == 0)
        return refuse(at, "bind_password_file", "the file is empty");
    d->bind_password = password;
    return err;
}

enum err directory_read(struct arena *arena, const struct conf *conf, const char *section,
                        struct directory *out)
{
    const char *dot = strchr(section, '.');
    struct section at = {arena, conf, section, &OPENLDAP, out};
    enum err err;

    if (str_is(conf_str(conf, section, "kind"), "ad"))
        at.preset = &ACTIVE_DIRECTORY;
    out->name = str_from(dot ? dot + 1 : "main");
    out->issuer = str_format(arena, "ldap:%.*s", STR_ARG(out->name));
    out->timeout_us = conf_int(conf, section, "timeout_ms") * 1000;
    out->password_change = conf_bool(conf, section, "password_change");
    err = read_servers(&at);
    if (err == OK)
        err = read_filters(&at);
    if (err == OK)
        err = read_attributes(&at);
    if (err == OK)
        err = read_bases(&at);
    if (err == OK)
        err = read_people(&at);
    if (err == OK)
        err = read_groups(&at);
    return err == OK ? read_service(&at) : err;
}
