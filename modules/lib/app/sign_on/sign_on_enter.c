#include "app/sign_on/sign_on_enter.h"

#include "base/log.h"
#include "store/pending_sign_on.h"
#include "app/sign_on/access_request.h"
#include "app/sign_on/session_open.h"
#include "app/sign_on/sign_on_person.h"
#include "app/sign_on/sign_on_provider.h"

enum err sign_on_policy_read(const struct conf *conf, struct sign_on_policy *out)
{
    struct str rest = conf_str(conf, "second_factor", "required_for");
    struct str key;
    struct sign_on_policy policy = {
        .per_login = conf_int(conf, "throttle", "per_login"),
        .per_network = conf_int(conf, "throttle", "per_network"),
        .window_us = conf_int(conf, "throttle", "window_minutes") * 60 * US_PER_S,
        .absolute_us = conf_int(conf, "session", "absolute_hours") * 3600 * US_PER_S,
        .site_language = conf_str(conf, "site", "language"),
    };

    while (str_next(&rest, ' ', &key)) {
        enum role role = role_from_key(key);

        if (key.len == 0)
            continue;
        if (role == ROLE_NONE)
            return err_note(ERR_INPUT, "[second_factor] required_for: no role %.*s",
                            STR_ARG(key));
        policy.second_factor_roles |= 1u << role;
    }
    *out = policy;
    return OK;
}

static const char *reason_of(enum sign_on_verdict verdict)
{
    switch (verdict) {
    case SIGN_ON_EXPIRED:
        return "password-expired";
    case SIGN_ON_MUST_CHANGE:
        return "password-must-change";
    case SIGN_ON_DISABLED:
        return "disabled";
    case SIGN_ON_NOT_LINKED:
        return "not-linked";
    case SIGN_ON_NO_COMPANY:
        return "no-company";
    case SIGN_ON_COMPANY_DIFFERS:
        return "company-differs";
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
    case SIGN_ON_SECOND_FACTOR:
    case SIGN_ON_WRONG:
    case SIGN_ON_UNAVAILABLE:
    case SIGN_ON_THROTTLED:
        break;
    }
    bug("verdict %d is no refusal", (int)verdict);
}

/* What the transaction works with; everything random in it is made before, so that a restart
 * repeats it. */
struct entering {
    const struct actor *actor;
    const struct sign_on_policy *policy;
    const struct identity *identity;
    const struct sign_on_entry *entry;
    struct session_token token;
    struct sign_on_result result; /* made anew by each run */
};

/* ---- the company ----------------------------------------------------------------------------- */

/* ERR_NOT_FOUND: none. The source says which, where it is configured to; else Kontor does. */
static enum err find_company(struct db *db, struct arena *arena,
                             const struct identity *identity, int64_t person_id,
                             struct sign_on_company_row *out)
{
    struct person_row person = {0};
    enum err err;

    if (!identity->is_customer)
        return ERR_NOT_FOUND;
    if (identity->company_said)
        return identity->company_key.len > 0
                   ? person_company(db, arena, identity->company_key, person_id, out)
                   : ERR_NOT_FOUND;
    if (!person_id)
        return ERR_NOT_FOUND;
    err = person_lock(db, arena, person_id, &person);
    if (err == OK)
        err = person_company_by_id(db, arena, person.company_id, person_id, out);
    return err;
}

static enum err judge_customer(struct db *db, struct arena *arena,
                               const struct identity *identity, int64_t person_id,
                               struct sign_on_company_row *company,
                               enum sign_on_verdict *out)
{
    enum err err = find_company(db, arena, identity, person_id, company);

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

/* Somebody who comes for the first time was invited by one company, and the source names another. With the link of the
 * invitation nobody moves. Who was invited by the login alone need not know of it: a company does not keep the people of
 * another out, so the login is theirs and what was prepared for it is not. Later the source is right: people change from
 * one member to another. */
static enum err check_invited(const struct entering *entering, struct db *db,
                              struct arena *arena, struct sign_on_match *match,
                              struct sign_on_company_row *company,
                              enum sign_on_verdict *verdict)
{
    struct person_row person = {0};
    enum err err = OK;

    if (!match->person_id || match->identity.subject.ptr || !company->id)
        return OK;
    err = person_lock(db, arena, match->person_id, &person);
    if (err != OK || !person.company_id || person.company_id == company->id)
        return err;
    if (match->invitation_id || !match->identity.id) {
        *verdict = SIGN_ON_COMPANY_DIFFERS;
        return OK;
    }
    *match = (struct sign_on_match){.moved_identity_id = match->identity.id};
    return judge_customer(db, arena, entering->identity, 0, company, verdict);
}

/* ---- the session, or what comes before it ------------------------------------------------------ */

static struct session_plan plan_of(const struct entering *entering,
                                   const struct sign_on_match *match, int64_t company_id)
{
    const struct sign_on_entry *entry = entering->entry;
    const struct identity *identity = entering->identity;
    struct session_plan plan = {
        .person_id = match->person_id,
        .company_id = company_id,
        .identity_id = match->identity.id,
        .by_provider = entry->by_provider,
        .proved_at = entry->proved_at,
        .second_factor = identity->second_factor,
        .device = entry->device.ptr ? entry->device : STR(""),
        .network = entry->network.len <= 45 ? entry->network : STR(""),
        .replaces = entry->presented_token.len > 0,
        .returning = match->identity.subject.ptr != NULL,
        .known_person_id = entry->known_person_id,
    };

    if (plan.replaces)
        sha256(entry->presented_token, plan.replaces_sha256);
    if (entry->by_provider) {
        plan.issuer = identity->provider_issuer;
        plan.subject = identity->provider_subject;
        plan.provider_sid = identity->provider_sid;
    }
    return plan;
}

static enum err write_session(struct entering *entering, struct arena *arena,
                              const struct sign_on_match *match,
                              const struct sign_on_company_row *company)
{
    const struct actor *actor = entering->actor;
    struct session_plan plan = plan_of(entering, match, company->id);
    unsigned roles = entering->identity->is_staff ? entering->identity->roles
                                                  : roles_from_keys(company->roles);
    bool due = !plan.second_factor && (match->has_second_factor ||
                                       roles & entering->policy->second_factor_roles);
    struct pending_sign_on_row pending = {.person_id = match->person_id};

    if (!due) {
        entering->result.token = entering->token.text;
        return session_open(actor, &plan, &entering->token,
                            entering->policy->absolute_us);
    }
    pending.payload = session_plan_json(arena, &plan);
    entering->result.verdict = SIGN_ON_SECOND_FACTOR;
    entering->result.pending_token = entering->token.text;
    return pending_sign_on_insert(actor->db, entering->token.sha256, &pending, actor->now,
                                  actor->now + SIGN_ON_PENDING_US);
}

/* ---- all of it --------------------------------------------------------------------------------- */

static enum err write_refusal(const struct actor *actor, int64_t person_id,
                              int64_t company_id, enum sign_on_verdict verdict)
{
    log_event(LOG_LEVEL_INFO, "sign_on_refused", "%s", reason_of(verdict));
    return sign_on_audit(actor, "sign_on.refused", person_id, company_id,
                         reason_of(verdict));
}

/* The source has just said that somebody has no role of staff any more: that holds for the sessions they have
 * elsewhere, too. Nobody asks a provider about them between two sign-ons. */
static enum err take_roles(struct db *db, struct arena *arena,
                           const struct identity *identity, int64_t person_id)
{
    struct person_row person = {0};
    bool changed = false;
    enum err err = person_lock(db, arena, person_id, &person);

    return err == OK ? sign_on_write_staff(db, arena, identity, &person, &changed) : err;
}

static enum err tell_who_gives_roles(const struct entering *entering, struct arena *arena)
{
    const struct sign_on_result *result = &entering->result;
    struct access_request request = {result->person_id, result->company_name,
                                     entering->policy->site_language};

    return result->verdict == SIGN_ON_NO_ROLE
               ? access_request_mail(entering->actor, arena, &request)
               : OK;
}

static enum err write_entry(struct db *db, struct arena *arena, void *context)
{
    struct entering *entering = context;
    const struct actor *actor = entering->actor;
    const struct identity *identity = entering->identity;
    const struct sign_on_entry *entry = entering->entry;
    struct sign_on_result *result = &entering->result;
    struct sign_on_company_row company = {0};
    struct sign_on_match match = {0};
    uint8_t invitation[SHA256_BYTES];
    bool invited = entry->invitation_token.len > 0;
    enum err err;

    if (invited)
        sha256(entry->invitation_token, invitation);
    *result = (struct sign_on_result){.is_staff = identity->is_staff};
    err = sign_on_match(db, arena, identity, invited ? invitation : NULL, actor->now,
                        &match);
    if (err == OK && identity->is_staff)
        result->verdict = identity->roles ? SIGN_ON_OK : SIGN_ON_STAFF_NO_ROLE;
    else if (err == OK)
        err = judge_customer(db, arena, identity, match.person_id, &company,
                             &result->verdict);
    if (err == OK && !identity->is_staff)
        err = check_invited(entering, db, arena, &match, &company, &result->verdict);
    if (err != OK)
        return err;
    result->company_name = company.name;
    if (result->verdict == SIGN_ON_OK || result->verdict == SIGN_ON_NO_ROLE) {
        struct sign_on_person decided = {company.id, entry->language,
                                         entry->page_language};

        err = sign_on_write_person(actor, arena, identity, &decided, &match);
        if (err == OK)
            err = sign_on_bind_provider(actor, arena, identity, match.person_id);
    }
    if (result->verdict == SIGN_ON_STAFF_NO_ROLE && match.person_id)
        err = take_roles(db, arena, identity, match.person_id);
    result->person_id = match.person_id;
    if (err == OK)
        err = tell_who_gives_roles(entering, arena);
    if (err == OK && result->verdict == SIGN_ON_OK)
        return write_session(entering, arena, &match, &company);
    if (err == OK)
        err = write_refusal(actor, match.person_id, company.id, result->verdict);
    return err;
}

enum err sign_on_enter(const struct actor *actor, const struct sign_on_policy *policy,
                       const struct identity *identity, const struct sign_on_entry *entry,
                       struct sign_on_result *out)
{
    struct entering entering = {.actor = actor,
                                .policy = policy,
                                .identity = identity,
                                .entry = entry,
                                .token = session_token_new(actor->arena)};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, write_entry, &entering);

    if (err == OK)
        *out = entering.result;
    return err;
}

enum err sign_on_refused(const struct actor *actor, const struct identity *identity,
                         enum sign_on_verdict verdict)
{
    struct sign_on_match match = {0};
    enum err err =
        sign_on_match(actor->db, actor->arena, identity, NULL, actor->now, &match);

    if (err == OK)
        err = write_refusal(actor, match.person_id, 0, verdict);
    return err;
}
