/* people_words.c: roles, markets and outcomes in words. */
#include "app/people/people_env.h"

#include "base/buf.h"

const char *people_role_msgid(enum role role)
{
    static const char *const words[ROLE_COUNT] = {
        [ROLE_READONLY] = N_("Read only"),
        [ROLE_APPLICANT] = N_("Applicant"),
        [ROLE_SIGNATORY] = N_("Signatory"),
        [ROLE_COORDINATOR] = N_("Central coordinator"),
        [ROLE_DEPUTY] = N_("Deputy coordinator"),
        [ROLE_BOARD] = N_("Board matters"),
        [ROLE_STAFF_INTAKE] = N_("Intake"),
        [ROLE_STAFF_MEMBER] = N_("Team member"),
        [ROLE_STAFF_LEAD] = N_("Team lead"),
        [ROLE_STAFF_ADMIN] = N_("Administrator"),
        [ROLE_STAFF_AUDITOR] = N_("Auditor"),
    };

    if (role <= ROLE_NONE || role >= ROLE_COUNT || !words[role])
        bug("role %d has no word", (int)role);
    return words[role];
}

const char *people_verdict_msgid(enum people_verdict verdict)
{
    switch (verdict) {
    case PEOPLE_REPEATED:
        return N_("This had been done already.");
    case PEOPLE_CHANGED:
        return N_("Somebody changed the roles of this person since you opened the page. "
                  "Nothing was saved: look at the roles as they are now, and change them "
                  "again if that is still needed.");
    case PEOPLE_SELF:
        return N_("Nobody changes their own roles. Ask another coordinator or deputy of "
                  "your company.");
    case PEOPLE_LAST_COORDINATOR:
        return N_(
            "This is the only central coordinator who can sign on. Name another one "
            "first; as soon as that person has signed on, this is possible.");
    case PEOPLE_COORDINATORS:
        return N_("Only a central coordinator can make or remove central coordinators.");
    case PEOPLE_LOST_RIGHT:
        return N_("You are no longer coordinator or deputy of this company.");
    case PEOPLE_MAIL_THERE:
        return N_("Somebody of this company has this mail address already.");
    case PEOPLE_LOGIN_THERE:
        return N_("Somebody of this company has this login already.");
    case PEOPLE_LOGIN_TAKEN:
        return N_(
            "This login cannot be invited: it belongs to somebody who is not of this "
            "company. Check the spelling, or write to us.");
    case PEOPLE_MANY:
        return N_("Too many invitations were sent for this company within a day. Go on "
                  "tomorrow, or write to us.");
    case PEOPLE_NO_MAIL:
        return N_("There is no mail address to send an invitation to.");
    case PEOPLE_DONE:
        break;
    }
    bug("verdict %d has no sentence", (int)verdict);
}

struct str people_market_name(const struct market_row *market, enum language language)
{
    return language == LANGUAGE_DE ? market->name_de : market->name_en;
}

static void put_name(struct buf *out, struct str name)
{
    if (buf_str(out).len)
        buf_put_c(out, ", ");
    buf_put(out, name);
}

static bool in_table(const struct market_table *markets, struct str key)
{
    for (size_t i = 0; i < markets->count; i++)
        if (str_eq(markets->rows[i].market_key, key))
            return true;
    return false;
}

struct str people_role_markets(struct arena *arena, const struct market_table *markets,
                               const struct role_set *set, enum role role,
                               enum language language)
{
    struct buf out = buf_init(arena, 16384);

    if (role_set_has_item(set, role, STR_NONE))
        return STR_NONE;
    for (size_t i = 0; i < markets->count; i++)
        if (role_set_has_item(set, role, markets->rows[i].market_key))
            put_name(&out, people_market_name(&markets->rows[i], language));
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].role == role && !in_table(markets, set->items[i].market))
            put_name(&out, set->items[i].market);
    return buf_str(&out);
}
