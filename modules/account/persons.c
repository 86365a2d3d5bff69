/* persons.c: staff look somebody up, of a company or of the house. */
#include "account.h"

#include "app/people/persons.h"
#include "app/sign_on/second_factor_change.h"

struct persons_line_view {
    struct str name;
    struct str login;
    struct str email;
    struct str url;
    struct str company_name;
    bool house; /**< staff */
    struct view_list roles;
    instant_us last_sign_on_at;
};
struct persons_view {
    struct str q;
    struct view_list lines;
    bool searched;
    struct str first_url;
    struct str next_url;
};
struct identity_view {
    struct str issuer;
    struct str login;
    bool bound;
    instant_us last_sign_on_at;
};
struct session_view {
    struct str device;
    struct str network;
    bool second_factor;
    bool by_provider;
    instant_us since_at;
    instant_us last_seen_at;
};
struct person_card_view {
    struct str name;
    struct str login;
    struct str email;
    bool house;
    struct str company_name;
    struct str company_reference;
    struct str company_person_url; /**< where roles are changed */
    struct view_list roles;
    struct str teams;
    bool has_second_factor;
    instant_us known_at;
    struct view_list identities;
    struct view_list sessions;
    bool may_change;
    bool is_self;
    struct str sessions_url;
    struct str reset_url;
};
struct person_act_view {
    struct str name;
    bool is_end_sessions;
    bool is_reset;
    struct str action_url;
    struct str person_url;
};

static const struct view_field line_fields[] = {
    VIEW_F(struct persons_line_view, name, VIEW_STR),
    VIEW_F(struct persons_line_view, login, VIEW_STR),
    VIEW_F(struct persons_line_view, email, VIEW_STR),
    VIEW_F(struct persons_line_view, url, VIEW_STR),
    VIEW_F(struct persons_line_view, company_name, VIEW_STR),
    VIEW_F(struct persons_line_view, house, VIEW_BOOL),
    VIEW_SUB(struct persons_line_view, roles, VIEW_LIST, &role_view_type),
    VIEW_F(struct persons_line_view, last_sign_on_at, VIEW_INSTANT),
};
static VIEW_TYPE(line_view_type, struct persons_line_view, line_fields);

static const struct view_field persons_view_fields[] = {
    VIEW_F(struct persons_view, q, VIEW_STR),
    VIEW_SUB(struct persons_view, lines, VIEW_LIST, &line_view_type),
    VIEW_H(struct persons_view, searched, VIEW_BOOL),
    VIEW_F(struct persons_view, first_url, VIEW_STR),
    VIEW_F(struct persons_view, next_url, VIEW_STR),
};
VIEW_TYPE(persons_view_type, struct persons_view, persons_view_fields);

static const struct view_field identity_fields[] = {
    VIEW_F(struct identity_view, issuer, VIEW_STR),
    VIEW_F(struct identity_view, login, VIEW_STR),
    VIEW_F(struct identity_view, bound, VIEW_BOOL),
    VIEW_F(struct identity_view, last_sign_on_at, VIEW_INSTANT),
};
static VIEW_TYPE(identity_view_type, struct identity_view, identity_fields);

static const struct view_field session_fields[] = {
    VIEW_F(struct session_view, device, VIEW_STR),
    VIEW_F(struct session_view, network, VIEW_STR),
    VIEW_F(struct session_view, second_factor, VIEW_BOOL),
    VIEW_F(struct session_view, by_provider, VIEW_BOOL),
    VIEW_F(struct session_view, since_at, VIEW_INSTANT),
    VIEW_F(struct session_view, last_seen_at, VIEW_INSTANT),
};
static VIEW_TYPE(session_view_type, struct session_view, session_fields);

static const struct view_field card_fields[] = {
    VIEW_F(struct person_card_view, name, VIEW_STR),
    VIEW_F(struct person_card_view, login, VIEW_STR),
    VIEW_F(struct person_card_view, email, VIEW_STR),
    VIEW_F(struct person_card_view, house, VIEW_BOOL),
    VIEW_F(struct person_card_view, company_name, VIEW_STR),
    VIEW_F(struct person_card_view, company_reference, VIEW_STR),
    VIEW_F(struct person_card_view, company_person_url, VIEW_STR),
    VIEW_SUB(struct person_card_view, roles, VIEW_LIST, &role_view_type),
    VIEW_F(struct person_card_view, teams, VIEW_STR),
    VIEW_F(struct person_card_view, has_second_factor, VIEW_BOOL),
    VIEW_F(struct person_card_view, known_at, VIEW_INSTANT),
    VIEW_SUB(struct person_card_view, identities, VIEW_LIST, &identity_view_type),
    VIEW_SUB(struct person_card_view, sessions, VIEW_LIST, &session_view_type),
    VIEW_F(struct person_card_view, may_change, VIEW_BOOL),
    VIEW_F(struct person_card_view, is_self, VIEW_BOOL),
    VIEW_H(struct person_card_view, sessions_url, VIEW_STR),
    VIEW_H(struct person_card_view, reset_url, VIEW_STR),
};
VIEW_TYPE(person_card_view_type, struct person_card_view, card_fields);

static const struct view_field act_fields[] = {
    VIEW_F(struct person_act_view, name, VIEW_STR),
    VIEW_F(struct person_act_view, is_end_sessions, VIEW_BOOL),
    VIEW_F(struct person_act_view, is_reset, VIEW_BOOL),
    VIEW_H(struct person_act_view, action_url, VIEW_STR),
    VIEW_H(struct person_act_view, person_url, VIEW_STR),
};
VIEW_TYPE(person_act_view_type, struct person_act_view, act_fields);

/* ---- the list ------------------------------------------------------------------------------ */

/* Roles of staff and of companies alike. */
static struct view_list roles_of(const struct page *page, const struct persons_row *row,
                                 const struct market_table *markets)
{
    struct role_view *views;
    struct role_set set;
    struct str rest = row->roles;
    struct str key;
    size_t used = 0;

    if (!row->is_staff) {
        role_set_parse(row->roles, &set);
        return page_roles(page, &set, markets);
    }
    views = ARENA_ARRAY(page->arena, struct role_view, ROLE_COUNT);
    while (str_next(&rest, ',', &key))
        if (role_is_staff(role_from_key(key)) && used < ROLE_COUNT)
            views[used++] =
                (struct role_view){people_role_msgid(role_from_key(key)), STR_NONE};
    return (struct view_list){views, used};
}

enum err persons_list_get(struct page *page)
{
    const struct search_fields *fields = page->fields;
    struct persons_query query = {fields->q, fields->after, LIST_LINES};
    struct actor actor = page_actor(page);
    struct persons_view view = {.q = fields->q, .searched = fields->q.len > 0};
    struct persons_page list;
    struct persons_line_view *lines;
    struct market_table markets;
    enum err err = persons_find(&actor, &query, &list);

    if (err == OK)
        err = people_markets(&actor, &markets);
    if (err != OK)
        return err;
    lines = ARENA_ARRAY(page->arena, struct persons_line_view, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        const struct persons_row *row = &list.rows[i];

        lines[i] = (struct persons_line_view){
            .name = row->display_name,
            .login = row->login,
            .email = row->email,
            .url = page_url(page, "/account/persons/%lld", (long long)row->id),
            .company_name = row->company_name,
            .house = row->is_staff,
            .roles = roles_of(page, row, &markets),
            .last_sign_on_at = row->last_sign_on_at,
        };
    }
    view.lines = (struct view_list){lines, list.count};
    if (fields->after)
        view.first_url = page_url(page, "/account/persons");
    if (list.more)
        view.next_url =
            page_further_url(page, "/account/persons", list.rows[list.count - 1].id);
    return page_render(page, PAGE_PERSONS, &view);
}

/* ---- one ----------------------------------------------------------------------------------- */

static struct view_list list_identities(const struct page *page,
                                        const struct person_card *card)
{
    struct identity_view *items =
        ARENA_ARRAY(page->arena, struct identity_view, card->identity_count + 1);

    for (size_t i = 0; i < card->identity_count; i++)
        items[i] = (struct identity_view){
            card->identities[i].issuer, card->identities[i].login_key,
            card->identities[i].bound, card->identities[i].last_sign_on_at};
    return (struct view_list){items, card->identity_count};
}

static struct view_list list_sessions(const struct page *page,
                                      const struct person_card *card)
{
    struct session_view *items =
        ARENA_ARRAY(page->arena, struct session_view, card->session_count + 1);

    for (size_t i = 0; i < card->session_count; i++) {
        const struct session_list_row *row = &card->sessions[i];

        items[i] = (struct session_view){.device = row->device,
                                         .network = row->network,
                                         .second_factor = row->second_factor,
                                         .by_provider = row->by_provider,
                                         .since_at = row->created_at,
                                         .last_seen_at = row->last_seen_at};
    }
    return (struct view_list){items, card->session_count};
}

static struct str spaced(const struct page *page, struct str keys)
{
    struct buf out = buf_init(page->arena, keys.len * 2 + 1);
    struct str key;

    while (str_next(&keys, ',', &key)) {
        if (buf_str(&out).len)
            buf_put_c(&out, ", ");
        buf_put(&out, key);
    }
    return buf_str(&out);
}

enum err persons_person_get(struct page *page)
{
    struct actor actor = page_actor(page);
    struct person_card card;
    struct person_card_view view;
    int64_t person_id = 0;
    long long id;
    enum err err = page_person_id(page, &person_id);

    if (err == OK)
        err = person_look_up(&actor, person_id, page_state(page)->idle_us, &card);
    if (err != OK)
        return err;
    id = (long long)person_id;
    view = (struct person_card_view){
        .name = card.row.display_name,
        .login = card.row.login,
        .email = card.row.email,
        .house = card.row.is_staff,
        .company_name = card.row.company_name,
        .company_reference = card.row.company_reference,
        .roles = roles_of(page, &card.row, &card.markets),
        .teams = spaced(page, card.row.team_keys),
        .has_second_factor = card.row.has_second_factor,
        .known_at = card.row.created_at,
        .identities = list_identities(page, &card),
        .sessions = list_sessions(page, &card),
        .is_self = person_id == page->principal->person_id,
        .sessions_url = page_url(page, "/account/persons/%lld/end-sessions", id),
        .reset_url = page_url(page, "/account/persons/%lld/reset-second-factor", id),
    };
    view.may_change = page_may(page, RIGHT_PEOPLE_WORK) && !view.is_self;
    if (!view.house)
        view.company_person_url = page_url(page, "/account/companies/%.*s/people/%lld",
                                           STR_ARG(card.row.company_reference), id);
    return page_render(page, PAGE_PERSON_CARD, &view);
}

/* ---- what is done to them ------------------------------------------------------------------ */

static enum err ask(struct page *page, bool reset)
{
    struct actor actor = page_actor(page);
    struct persons_row row = {0};
    struct person_act_view view = {.is_end_sessions = !reset, .is_reset = reset};
    int64_t person_id = 0;
    enum err err = page_person_id(page, &person_id);

    if (err == OK)
        err = person_name(&actor, person_id, &row);
    if (err != OK)
        return err;
    view.name = row.display_name;
    view.person_url = page_url(page, "/account/persons/%lld", (long long)person_id);
    view.action_url = page_url(page, "/account/persons/%lld/%s", (long long)person_id,
                               reset ? "reset-second-factor" : "end-sessions");
    return page_render(page, PAGE_PERSON_ACT, &view);
}

enum err persons_end_sessions_get(struct page *page)
{
    return ask(page, false);
}

enum err persons_reset_get(struct page *page)
{
    return ask(page, true);
}

enum err persons_end_sessions_post(struct page *page)
{
    struct actor actor = page_actor(page);
    int64_t person_id = 0;
    enum err err = page_person_id(page, &person_id);

    if (err == OK)
        err = person_end_sessions(&actor, person_id);
    return err == OK
               ? page_after(page, PEOPLE_DONE, N_("All sessions were ended."),
                            page_url(page, "/account/persons/%lld", (long long)person_id))
               : err;
}

enum err persons_reset_post(struct page *page)
{
    struct actor actor = page_actor(page);
    int64_t person_id = 0;
    bool had_one = false;
    enum err err = page_person_id(page, &person_id);

    if (err == OK)
        err = second_factor_reset(&actor, person_id, page_state(page)->site_language,
                                  &had_one);
    return err == OK ? page_after(
                           page, had_one ? PEOPLE_DONE : PEOPLE_REPEATED,
                           N_("The second factor was reset and all sessions were ended."),
                           page_url(page, "/account/persons/%lld", (long long)person_id))
                     : err;
}
