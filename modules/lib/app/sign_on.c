#include "app/sign_on.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/log.h"
#include "base/random.h"
#include "formats/json.h"
#include "formats/locale.h"
#include "store/person.h"
#include "store/session.h"
#include "store/throttle.h"
#include "store/trail.h"

#define BREAKER            "directory"
#define BREAKER_US         (10 * US_PER_S)
#define KEPT_US            (30 * 60 * US_PER_S)
#define TOKEN_BYTES        32
#define LOGIN_FIRST_WAIT_S 5
/* A stranger who guesses at somebody's login must not lock that person out for long. */
#define LOGIN_LONGEST_WAIT_S   60
#define NETWORK_FIRST_WAIT_S   10
#define NETWORK_LONGEST_WAIT_S 900
#define SESSION_KEPT_US        (7 * US_PER_DAY)

struct sign_on_policy sign_on_policy_of(const struct conf *conf)
{
    return (struct sign_on_policy){
        .per_login = conf_int(conf, "throttle", "per_login"),
        .per_network = conf_int(conf, "throttle", "per_network"),
        .window_us = conf_int(conf, "throttle", "window_minutes") * 60 * US_PER_S,
        .absolute_us = conf_int(conf, "session", "absolute_hours") * 3600 * US_PER_S,
    };
}

/* ---- trail ---------------------------------------------------------------------------------- */

/* The login as typed is not recorded: people type passwords into the wrong field. The person is
 * known where it exists. */
static enum err audit(const struct actor *actor, const char *action, int64_t person_id,
                      int64_t company_id, const char *reason)
{
    json_t *detail = json_new_object(actor->arena);
    struct audit_row row = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = action,
        .person_id = person_id,
        .company_id = company_id,
        .object = STR(""),
    };

    if (reason)
        json_set_str(detail, "reason", str_from(reason));
    row.detail = json_write(actor->arena, detail);
    return audit_insert(actor->db, &row);
}

static const char *reason_of(enum sign_on_verdict verdict)
{
    switch (verdict) {
    case SIGN_ON_NO_COMPANY:
        return "no-company";
    case SIGN_ON_COMPANY_ENDED:
        return "company-ended";
    case SIGN_ON_COMPANY_SUSPENDED:
        return "company-suspended";
    case SIGN_ON_COMPANY_CANDIDATE:
        return "company-candidate";
    case SIGN_ON_NO_ROLE:
        return "no-role";
    case SIGN_ON_STAFF_NO_ROLE:
        return "staff-no-role";
    case SIGN_ON_OK:
    case SIGN_ON_WRONG:
    case SIGN_ON_UNAVAILABLE:
    case SIGN_ON_THROTTLED:
        break;
    }
    bug("verdict %d is no refusal", (int)verdict);
}

/* ---- throttle ------------------------------------------------------------------------------- */

struct buckets {
    uint8_t login[SHA256_BYTES];
    uint8_t network[SHA256_BYTES];
};

/* An IPv6 line has at least 2^64 addresses, so its first 64 bits are the network. */
static struct str network_of(struct arena *arena, struct str address)
{
    struct in6_addr six;

    if (inet_pton(AF_INET6, str_c(arena, address), &six) != 1 ||
        IN6_IS_ADDR_V4MAPPED(&six))
        return address;
    return str_hex(arena, six.s6_addr, 8);
}

static struct buckets buckets_of(struct arena *arena, const struct sign_on_input *input)
{
    struct buckets buckets;

    /* Directories compare logins by what they mean: "Anna", "anna" and "ａnna" share a bucket, or
     * every spelling of a login would have tries of its own. */
    sha256(str_concat(arena, STR("login:"), locale_fold(arena, input->login)),
           buckets.login);
    sha256(str_concat(arena, STR("network:"), network_of(arena, input->network)),
           buckets.network);
    return buckets;
}

static enum err count_try(const struct actor *actor, const struct sign_on_policy *policy,
                          const struct buckets *buckets)
{
    struct throttle_rule login = {policy->per_login, LOGIN_FIRST_WAIT_S,
                                  LOGIN_LONGEST_WAIT_S, policy->window_us};
    struct throttle_rule network = {policy->per_network, NETWORK_FIRST_WAIT_S,
                                    NETWORK_LONGEST_WAIT_S, policy->window_us};
    enum err err = throttle_fail(actor->db, buckets->login, &login, actor->now);

    return err == OK ? throttle_fail(actor->db, buckets->network, &network, actor->now)
                     : err;
}

static enum err record_failure(const struct actor *actor,
                               const struct sign_on_policy *policy,
                               const struct sign_on_input *input,
                               const struct buckets *buckets)
{
    int64_t person_id = 0;
    enum err err = count_try(actor, policy, buckets);

    if (err == OK)
        err = person_id_of(actor->db, actor->arena, input->login, &person_id);
    if (err == ERR_NOT_FOUND)
        err = OK;
    if (err == OK)
        err = audit(actor, "sign_on.failed", person_id, 0, NULL);
    return err;
}

/* ---- the person ----------------------------------------------------------------------------- */

/* What the transaction works with; everything in it is made before, so that a restart repeats it. */
struct entry {
    const struct actor *actor;
    const struct sign_on_policy *policy;
    const struct sign_on_input *input;
    const struct identity *identity;
    const struct buckets *buckets;
    int64_t company_id;
    uint8_t token_sha256[SHA256_BYTES];
    int64_t person_id_out;
};

static struct str joined(struct arena *arena, const struct str *keys, size_t count)
{
    struct buf text = buf_init(arena, 8192);

    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_put_char(&text, ',');
        buf_put(&text, keys[i]);
    }
    return buf_str(&text);
}

/* Roles in the order of the table's ENUM, as person_lock() reads them. */
static size_t role_list(const struct identity *identity, struct str out[ROLE_COUNT])
{
    size_t count = 0;

    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (identity->roles >> role & 1u)
            out[count++] = str_from(role_key((enum role)role));
    return count;
}

/* The directory's teams that Kontor knows, in the order of the table. */
static enum err team_list(struct db *db, struct arena *arena,
                          const struct identity *identity,
                          struct str out[IDENTITY_TEAMS_MAX], size_t *count_out)
{
    struct team_key_row *known = NULL;
    size_t known_count = 0;
    size_t count = 0;
    enum err err = team_keys(db, arena, &known, &known_count);

    if (err != OK)
        return err;
    for (size_t k = 0; k < known_count && count < IDENTITY_TEAMS_MAX; k++)
        for (size_t i = 0; i < identity->team_count; i++)
            if (str_eq(identity->teams[i], known[k].team_key)) {
                out[count++] = known[k].team_key;
                break;
            }
    *count_out = count;
    return OK;
}

static enum err write_staff(struct db *db, struct arena *arena,
                            const struct identity *identity,
                            const struct person_row *person)
{
    struct str roles[ROLE_COUNT];
    struct str teams[IDENTITY_TEAMS_MAX];
    size_t role_count = identity->is_staff ? role_list(identity, roles) : 0;
    size_t team_count = 0;
    enum err err = OK;

    if (identity->is_staff)
        err = team_list(db, arena, identity, teams, &team_count);
    if (err == OK && !str_eq(joined(arena, roles, role_count), person->roles)) {
        err = staff_role_clear(db, person->id);
        if (err == OK)
            err = staff_role_insert(db, person->id, roles, role_count);
    }
    if (err == OK && !str_eq(joined(arena, teams, team_count), person->team_keys)) {
        err = team_member_clear(db, person->id);
        if (err == OK)
            err = team_member_insert(db, person->id, teams, team_count);
    }
    return err;
}

static bool same_person(const struct person_row *a, const struct person_row *b)
{
    return str_eq(a->display_name, b->display_name) && str_eq(a->email, b->email) &&
           str_eq(a->language, b->language) && a->company_id == b->company_id &&
           a->is_staff == b->is_staff;
}

/* Bytes a column can hold, cut at a character. */
static struct str clip(struct str text, size_t characters)
{
    size_t i = 0;
    size_t seen = 0;

    while (i < text.len) {
        if (((unsigned char)text.ptr[i] & 0xc0) != 0x80 && seen++ == characters)
            break;
        i++;
    }
    return str_sub(text, 0, i);
}

static enum err write_person(struct db *db, struct arena *arena, struct entry *entry)
{
    const struct identity *identity = entry->identity;
    struct person_row now_is = {
        .login = identity->login,
        .display_name = clip(identity->display_name, 200),
        .email = identity->email.len <= 254 ? identity->email : STR_NONE,
        .language = entry->input->language,
        .company_id = entry->company_id,
        .is_staff = identity->is_staff,
    };
    struct person_row was = {0};
    enum err err = person_lock(db, arena, identity->login, &was);

    if (!now_is.email.ptr)
        now_is.email = STR("");
    if (!now_is.language.ptr)
        now_is.language = was.language.ptr ? was.language : entry->input->page_language;
    if (err == ERR_NOT_FOUND) {
        err = person_insert(db, &now_is, entry->actor->now, &was.id);
        /* Two first sign-ins at once: the second finds the row when it runs again. */
        if (err == ERR_CONFLICT)
            tx_request_restart(db);
    } else if (err == OK) {
        now_is.id = was.id;
        if (!same_person(&now_is, &was))
            err = person_update(db, &now_is);
    }
    if (err == OK)
        err = write_staff(db, arena, identity, &was);
    entry->person_id_out = was.id;
    return err;
}

static enum err write_entry(struct db *db, struct arena *arena, void *context)
{
    struct entry *entry = context;
    const struct actor *actor = entry->actor;
    int64_t session_id = 0;
    enum err err = write_person(db, arena, entry);

    if (err == OK && entry->input->presented_token.len > 0) {
        uint8_t presented[SHA256_BYTES];

        sha256(entry->input->presented_token, presented);
        err = session_end(db, presented, actor->now);
    }
    if (err == OK)
        err = session_insert(db, entry->token_sha256, entry->person_id_out, actor->now,
                             actor->now + entry->policy->absolute_us, &session_id);
    if (err == OK)
        err = throttle_clear(db, entry->buckets->login);
    if (err == OK)
        err = audit(actor, "sign_on.succeeded", entry->person_id_out, entry->company_id,
                    NULL);
    return err;
}

/* ---- the verdict of the second half: known to the directory, but known to us? --------------- */

static enum err judge_customer(const struct actor *actor, const struct identity *identity,
                               struct sign_on_company_row *company,
                               enum sign_on_verdict *out)
{
    enum err err = ERR_NOT_FOUND;

    if (identity->is_customer && identity->company_key.len > 0)
        err = person_company(actor->db, actor->arena, identity->company_key,
                             identity->login, company);
    *out = SIGN_ON_NO_COMPANY;
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err != OK)
        return err;
    if (str_is(company->state, "ended"))
        *out = SIGN_ON_COMPANY_ENDED;
    else if (str_is(company->state, "suspended"))
        *out = SIGN_ON_COMPANY_SUSPENDED;
    else if (!str_is(company->state, "active"))
        *out = SIGN_ON_COMPANY_CANDIDATE;
    else
        *out = company->roles.len > 0 ? SIGN_ON_OK : SIGN_ON_NO_ROLE;
    return OK;
}

static enum err refuse(const struct actor *actor, const struct identity *identity,
                       int64_t company_id, enum sign_on_verdict verdict)
{
    int64_t person_id = 0;
    enum err err = person_id_of(actor->db, actor->arena, identity->login, &person_id);

    if (err == ERR_NOT_FOUND)
        err = OK;
    if (err == OK)
        err = audit(actor, "sign_on.refused", person_id, company_id, reason_of(verdict));
    log_event(LOG_LEVEL_INFO, "sign_on_refused", "%s", reason_of(verdict));
    return err;
}

static enum err enter(const struct actor *actor, const struct sign_on_policy *policy,
                      const struct sign_on_input *input, const struct buckets *buckets,
                      const struct identity *identity, struct sign_on_result *out)
{
    struct entry entry = {actor, policy, input, identity, buckets, 0, {0}, 0};
    struct sign_on_company_row company = {0};
    uint8_t token[TOKEN_BYTES];
    enum err err = OK;

    out->is_staff = identity->is_staff;
    out->verdict = identity->roles ? SIGN_ON_OK : SIGN_ON_STAFF_NO_ROLE;
    if (!identity->is_staff)
        err = judge_customer(actor, identity, &company, &out->verdict);
    if (err != OK)
        return err;
    entry.company_id = company.id;
    out->company_name = company.name;
    if (out->verdict != SIGN_ON_OK)
        return refuse(actor, identity, company.id, out->verdict);
    random_bytes(token, sizeof(token));
    out->token = str_base64url(actor->arena, token, sizeof(token));
    sha256(out->token, entry.token_sha256);
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, write_entry, &entry);
    out->person_id = entry.person_id_out;
    return err;
}

/* House-keeping that rides along with sign-ins; its failure is nobody's problem now. */
static void purge(const struct actor *actor, const struct sign_on_policy *policy)
{
    if (session_purge(actor->db, actor->now - SESSION_KEPT_US) != OK ||
        parked_post_purge(actor->db, actor->now - KEPT_US) != OK ||
        throttle_purge(actor->db, actor->now - policy->window_us - US_PER_DAY) != OK)
        log_event(LOG_LEVEL_WARN, "purge_failed", "%s", err_text());
}

static enum err ask_directory(const struct actor *actor, struct directory_set *directory,
                              const struct sign_on_policy *policy,
                              const struct sign_on_input *input,
                              const struct buckets *buckets, struct sign_on_result *out)
{
    struct directory_try attempt = {.login = input->login, .password = input->password};
    struct identity identity = {0};
    unsigned away = 0;
    enum err err;

    switch (directory_login(directory, actor->arena, &attempt, &identity, &away)) {
    case AUTH_OK:
        err = enter(actor, policy, input, buckets, &identity, out);
        if (err == OK && out->verdict == SIGN_ON_OK)
            purge(actor, policy);
        return err;
    case AUTH_WRONG:
    case AUTH_EMPTY_PASSWORD:
    case AUTH_LOCKED:
    case AUTH_EXPIRED:
    case AUTH_MUST_CHANGE:
    case AUTH_DISABLED:
        out->verdict = SIGN_ON_WRONG;
        return record_failure(actor, policy, input, buckets);
    case AUTH_BROKEN:
        /* Something about this one account: no reason to keep everybody out. */
        out->verdict = SIGN_ON_UNAVAILABLE;
        log_event(LOG_LEVEL_ERROR, "directory_broken", "%s", err_text());
        return count_try(actor, policy, buckets);
    case AUTH_UNAVAILABLE:
        out->verdict = SIGN_ON_UNAVAILABLE;
        log_event(LOG_LEVEL_ERROR, "directory_away", "%s", err_text());
        return breaker_open(actor->db, BREAKER, actor->now + BREAKER_US);
    }
    bug("verdict of the directory");
}

enum err sign_on(const struct actor *actor, struct directory_set *directory,
                 const struct sign_on_policy *policy, const struct sign_on_input *input,
                 struct sign_on_result *out)
{
    struct buckets buckets = buckets_of(actor->arena, input);
    struct sign_on_result result = {0};
    instant_us until = INSTANT_NONE;
    bool open = false;
    enum err err = throttle_blocked_until(actor->db, actor->arena, buckets.login,
                                          buckets.network, actor->now, &until);

    if (err == OK)
        err = breaker_is_open(actor->db, actor->arena, BREAKER, actor->now, &open);
    if (err != OK)
        return err;
    if (until != INSTANT_NONE && until > actor->now) {
        result.verdict = SIGN_ON_THROTTLED;
        result.wait_s = (until - actor->now + US_PER_S - 1) / US_PER_S;
    } else if (open) {
        result.verdict = SIGN_ON_UNAVAILABLE;
    } else {
        err = ask_directory(actor, directory, policy, input, &buckets, &result);
    }
    if (err == OK)
        *out = result;
    return err;
}

/* ---- leaving -------------------------------------------------------------------------------- */

struct exit {
    const struct actor *actor;
    uint8_t token_sha256[SHA256_BYTES];
};

static enum err write_exit(struct db *db, struct arena *arena, void *context)
{
    struct exit *leave = context;
    const struct actor *actor = leave->actor;
    enum err err = session_end(db, leave->token_sha256, actor->now);

    (void)arena;
    if (err == OK)
        err = audit(actor, "sign_on.ended", actor->principal->person_id,
                    actor->principal->company_id, NULL);
    return err;
}

enum err sign_off(const struct actor *actor, struct str token)
{
    struct exit leave = {.actor = actor};

    sha256(token, leave.token_sha256);
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, write_exit, &leave);
}

enum err sign_on_kept(const struct actor *actor, struct str key,
                      struct parked_post_row *out)
{
    uint8_t digest[SHA256_BYTES];

    sha256(key, digest);
    return parked_post_find(actor->db, actor->arena, digest, actor->principal->person_id,
                            actor->now - KEPT_US, out);
}
