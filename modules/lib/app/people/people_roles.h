/* people_roles.h: the roles that somebody has in a company, as a set; what they come to. Pure: no statement. */
#ifndef APP_PEOPLE_ROLES_H
#define APP_PEOPLE_ROLES_H

#include "base/arena.h"
#include "auth/rights.h"

/** A role for all markets (market empty), or for one. */
struct role_item {
    enum role role;
    struct str market;
};
/** More than a person can be given in the pages: six roles, two of them with up to 64 markets each. */
#define ROLE_SET_MAX 136
/** In the order of enum role, then of the market's key; no item twice. */
struct role_set {
    struct role_item items[ROLE_SET_MAX];
    size_t count;
};

/** True for roles that may be given for single markets: those that say what somebody does with requests. */
bool role_knows_markets(enum role role);
/** Put an item in its place; one that is there, or does not fit, changes nothing. */
void role_set_add(struct role_set *set, enum role role, struct str market);
/** "applicant:power-de,signatory". Unknown words are left out. Text points into `text`. */
void role_set_parse(struct str text, struct role_set *out);
/** The same text again: equal sets have equal texts. */
struct str role_set_text(struct arena *arena, const struct role_set *set);
/** True if the role is in the set, for all or some markets. */
bool role_set_has(const struct role_set *set, enum role role);
/** True if the role is in the set for just this market (empty: for all). */
bool role_set_has_item(const struct role_set *set, enum role role, struct str market);
/** Items of `a` that `b` does not have. */
void role_set_minus(const struct role_set *a, const struct role_set *b,
                    struct role_set *out);
/**
 * Strict reading of what a form sends: "applicant:power-de,signatory", in any order. ERR_INPUT noted for an
 * unknown role, one of staff, and a market where the role knows none.
 */
enum err role_set_read(struct str text, struct role_set *out) MUST_USE;
bool role_set_eq(const struct role_set *a, const struct role_set *b);

enum role_reach {
    ROLE_REACH_NONE,
    ROLE_REACH_MARKETS, /**< only for requests of the markets named */
    ROLE_REACH_ALL,
};
/** What the roles of a set come to. */
struct role_abilities {
    bool read;
    enum role_reach apply;            /**< prepare, submit and withdraw requests */
    struct str markets[ROLE_SET_MAX]; /**< ROLE_REACH_MARKETS: their keys */
    size_t market_count;
    bool people; /**< manages people and rights */
    bool board;  /**< sees board matters */
};
void role_abilities_of(const struct role_set *set, struct role_abilities *out);

#endif
