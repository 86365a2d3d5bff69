#include "auth/oidc_own.h"

#define LOGIN_MAX 190 /* bytes; as person.login */
#define TEXT_MAX  400
#define MAIL_MAX  254
#define KEY_MAX   64

/* "realm_access.roles" is a member of a member, unless there is one of just that name. */
static const json_t *find(const json_t *claims, const char *name)
{
    const json_t *value = json_object_get(claims, name);
    const char *dot = strchr(name, '.');

    if (value || !dot || dot - name > KEY_MAX)
        return value;
    char head[KEY_MAX + 1] = {0};
    memcpy(head, name, (size_t)(dot - name));
    return find(json_object_get(claims, head), dot + 1);
}

static const json_t *claim(const json_t *claims, const json_t *more, const char *name)
{
    const json_t *value = *name ? find(claims, name) : NULL;

    return value || !*name || !more ? value : find(more, name);
}

/* One line of text of at most that many bytes; absent for anything else. */
static struct str line(const json_t *value, size_t max)
{
    struct str text = json_is_string(value) ? (struct str){json_string_value(value),
                                                           json_string_length(value)}
                                            : STR_NONE;

    text = str_trim(text);
    if (text.len == 0 || text.len > max)
        return STR_NONE;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
            return STR_NONE;
    return text;
}

/* Calls `take` for a string, or for each string of an array. */
static void each(const json_t *value, struct identity *out,
                 void (*take)(const struct oidc_provider *, struct str,
                              struct identity *),
                 const struct oidc_provider *provider)
{
    if (json_is_string(value))
        take(provider, line(value, TEXT_MAX), out);
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
        take(provider, line(json_array_get(value, i), TEXT_MAX), out);
}

static void take_role(const struct oidc_provider *provider, struct str group,
                      struct identity *out)
{
    enum role role = role_from_key(group);

    /* With a map, only the map counts: a group that happens to be called "admin" is nobody's role. */
    if (provider->role_map_count == 0 && role != ROLE_NONE && role_is_staff(role))
        out->roles |= 1u << role;
    for (size_t i = 0; i < provider->role_map_count; i++)
        if (str_eq(provider->role_map[i].group, group))
            out->roles |= 1u << provider->role_map[i].role;
}

static void take_team(const struct oidc_provider *provider, struct str team,
                      struct identity *out)
{
    (void)provider;
    if (team.ptr && out->team_count < IDENTITY_TEAMS_MAX)
        out->teams[out->team_count++] = team;
}

static void take_method(const struct oidc_provider *provider, struct str method,
                        struct identity *out)
{
    if (method.ptr && oidc_list_has(&provider->second_factor_amr, method))
        out->second_factor = true;
}

/* An address that the provider has not seen work proves nothing about who reads it. */
static bool mail_is_verified(const json_t *claims, const json_t *more)
{
    const json_t *verified = claim(claims, more, "email_verified");

    return json_is_true(verified) ||
           (json_is_string(verified) && strcmp(json_string_value(verified), "true") == 0);
}

static bool mail_is_refuted(const json_t *claims, const json_t *more)
{
    return claim(claims, more, "email_verified") && !mail_is_verified(claims, more);
}

bool oidc_wants_more(const struct oidc_provider *provider, const json_t *claims)
{
    const char *const names[] = {provider->login_claim, provider->name_claim,
                                 provider->mail_claim,  provider->company_claim,
                                 provider->role_claim,  provider->team_claim};

    if (!provider->userinfo)
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (*names[i] && !find(claims, names[i]))
            return true;
    return false;
}

static unsigned links_of(const struct oidc_provider *provider)
{
    return provider->link == OIDC_LINK_INVITATION
               ? IDENTITY_LINK_LOGIN | IDENTITY_LINK_INVITATION
               : IDENTITY_LINK_NONE;
}

static void read_person(const struct oidc_provider *provider, const json_t *claims,
                        const json_t *more, struct identity *out)
{
    out->login = line(claim(claims, more, provider->login_claim), LOGIN_MAX);
    out->display_name = line(claim(claims, more, provider->name_claim), TEXT_MAX);
    out->email = line(claim(claims, more, provider->mail_claim), MAIL_MAX);
    if (mail_is_refuted(claims, more))
        out->email = STR_NONE;
    /* Who links by mail address takes over the account of whoever has that address. */
    if (strcmp(provider->login_claim, "email") == 0 && !mail_is_verified(claims, more))
        out->login = STR_NONE;
    if (!out->display_name.ptr)
        out->display_name = out->login.ptr ? out->login : out->subject;
}

enum oidc_verdict oidc_identity_read(const struct oidc_provider *provider,
                                     const json_t *claims, const json_t *more,
                                     struct oidc_proof *out)
{
    struct identity identity = {
        .issuer = provider->issuer,
        .subject = json_get_str(claims, "sub"),
        .is_staff = provider->for_staff,
        .is_customer = !provider->for_staff,
        .company_said = *provider->company_claim != '\0',
        .links = links_of(provider),
        .password_expires_s = -1,
        .provider_issuer = provider->issuer,
        .provider_subject = json_get_str(claims, "sub"),
        .provider_sid = line(json_object_get(claims, "sid"), OIDC_SUBJECT_MAX),
    };
    const json_t *at = json_object_get(claims, "auth_time");

    read_person(provider, claims, more, &identity);
    if (!identity.login.ptr && provider->link != OIDC_LINK_NONE) {
        (void)err_note(ERR_UNAVAILABLE, "the claim of login_claim is missing");
        return OIDC_TOKEN_CLAIM;
    }
    identity.company_key = line(claim(claims, more, provider->company_claim), KEY_MAX);
    each(claim(claims, more, provider->role_claim), &identity, take_role, provider);
    each(claim(claims, more, provider->team_claim), &identity, take_team, provider);
    /* Only the signed token says how the person was asked. */
    each(json_object_get(claims, "amr"), &identity, take_method, provider);
    if (oidc_list_has(&provider->second_factor_acr, json_get_str(claims, "acr")))
        identity.second_factor = true;
    out->identity = identity;
    out->signed_on_at = json_is_number(at) && json_number_value(at) > 0 &&
                                json_number_value(at) < 253402300800.0 /* year 10000 */
                            ? (instant_us)json_number_value(at) * US_PER_S
                            : INSTANT_NONE;
    return OIDC_OK;
}
