#include "app/people/people_roles.h"

#include "base/buf.h"

bool role_knows_markets(enum role role)
{
    return role == ROLE_APPLICANT || role == ROLE_SIGNATORY;
}

static int item_cmp(const struct role_item *a, const struct role_item *b)
{
    return a->role != b->role ? (int)a->role - (int)b->role
                              : str_cmp(a->market, b->market);
}

void role_set_add(struct role_set *set, enum role role, struct str market)
{
    struct role_item item = {role, market};
    size_t at = 0;

    if (role == ROLE_NONE || role_is_staff(role))
        return;
    while (at < set->count && item_cmp(&set->items[at], &item) < 0)
        at++;
    if (set->count == ROLE_SET_MAX ||
        (at < set->count && item_cmp(&set->items[at], &item) == 0))
        return;
    memmove(&set->items[at + 1], &set->items[at],
            (set->count - at) * sizeof set->items[0]);
    set->items[at] = item;
    set->count++;
}

void role_set_parse(struct str text, struct role_set *out)
{
    struct str word;

    out->count = 0;
    while (str_next(&text, ',', &word)) {
        ssize_t colon = str_index(word, ':');
        size_t end = colon < 0 ? word.len : (size_t)colon;

        role_set_add(out, role_from_key(str_sub(word, 0, end)),
                     colon < 0 ? STR_NONE : str_from_index(word, end + 1));
    }
}

struct str role_set_text(struct arena *arena, const struct role_set *set)
{
    struct buf out = buf_init(arena, ROLE_SET_MAX * 100);

    for (size_t i = 0; i < set->count; i++) {
        if (i)
            buf_put_char(&out, ',');
        buf_put_c(&out, role_key(set->items[i].role));
        if (set->items[i].market.len) {
            buf_put_char(&out, ':');
            buf_put(&out, set->items[i].market);
        }
    }
    return buf_str(&out);
}

bool role_set_has(const struct role_set *set, enum role role)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].role == role)
            return true;
    return false;
}

bool role_set_has_item(const struct role_set *set, enum role role, struct str market)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].role == role && str_eq(set->items[i].market, market))
            return true;
    return false;
}

void role_set_minus(const struct role_set *a, const struct role_set *b,
                    struct role_set *out)
{
    out->count = 0;
    for (size_t i = 0; i < a->count; i++)
        if (!role_set_has_item(b, a->items[i].role, a->items[i].market))
            out->items[out->count++] = a->items[i];
}

enum err role_set_read(struct str text, struct role_set *out)
{
    struct str word;
    struct role_set set = {0};

    while (str_next(&text, ',', &word)) {
        ssize_t colon = str_index(word, ':');
        size_t end = colon < 0 ? word.len : (size_t)colon;
        enum role role = role_from_key(str_sub(word, 0, end));
        struct str market = colon < 0 ? STR_NONE : str_from_index(word, end + 1);

        if (role == ROLE_NONE || role_is_staff(role) || set.count == ROLE_SET_MAX)
            return err_note(ERR_INPUT, "not a role of companies");
        if (colon >= 0 && (market.len == 0 || !role_knows_markets(role)))
            return err_note(ERR_INPUT, "not a role for single markets");
        role_set_add(&set, role, market);
    }
    *out = set;
    return OK;
}

bool role_set_eq(const struct role_set *a, const struct role_set *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (item_cmp(&a->items[i], &b->items[i]) != 0)
            return false;
    return true;
}

static void add_market(struct role_abilities *out, struct str market)
{
    for (size_t i = 0; i < out->market_count; i++)
        if (str_eq(out->markets[i], market))
            return;
    out->markets[out->market_count++] = market;
}

void role_abilities_of(const struct role_set *set, struct role_abilities *out)
{
    *out = (struct role_abilities){0};
    for (size_t i = 0; i < set->count; i++) {
        const struct role_item *item = &set->items[i];
        right_set rights = rights_of_role(item->role);
        right_set everywhere =
            item->market.len ? rights_of_market_role(item->role) : rights;

        out->read |= rights_include(everywhere, RIGHT_REQUEST_READ);
        out->people |= rights_include(everywhere, RIGHT_COMPANY_PEOPLE);
        out->board |= rights_include(everywhere, RIGHT_BOARD_READ);
        if (rights_include(everywhere, RIGHT_REQUEST_SUBMIT))
            out->apply = ROLE_REACH_ALL;
        else if (rights_include(rights, RIGHT_REQUEST_SUBMIT)) {
            add_market(out, item->market);
            if (out->apply == ROLE_REACH_NONE)
                out->apply = ROLE_REACH_MARKETS;
        }
    }
}
