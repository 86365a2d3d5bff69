/* profile.c: who somebody is here, and what they choose: language and time zone. */
#include "profile.h"

#include "formats/zones.h"
#include "store/profile.h"
#include "app/sign_on/password.h"
#include "app/sign_on/sign_on_provider.h"
#include "provider.h"

#define USUAL_ZONE "Europe/Berlin"

/* ---- time zones ------------------------------------------------------------------------------ */

static const struct {
    const char *key; /* first part of an IANA name */
    const char *name;
} REGIONS[] = {
    {"Europe", N_("Europe")},       {"Africa", N_("Africa")},
    {"America", N_("America")},     {"Antarctica", N_("Antarctica")},
    {"Arctic", N_("Arctic")},       {"Asia", N_("Asia")},
    {"Atlantic", N_("Atlantic")},   {"Australia", N_("Australia")},
    {"Indian", N_("Indian Ocean")}, {"Pacific", N_("Pacific Ocean")},
};
#define REGION_COUNT (sizeof(REGIONS) / sizeof(*REGIONS))

/* Made at the first use in each language; zones change with the system's packages, not while we run. */
static enum err zones_of(const struct page *page, struct login_zones *out)
{
    struct login_state *state = page->state;
    struct login_zones *zones = &state->zones[page->render->language];
    enum err err = OK;

    if (!zones->choices)
        err = zones_list(state->arena, language_code(page->render->language),
                         &zones->choices, &zones->count);
    if (err == OK)
        *out = *zones;
    return err;
}

static size_t fill_region(const struct login_zones *zones, const char *key,
                          struct str selected, struct zone_option *out)
{
    size_t count = 0;

    for (size_t i = 0; i < zones->count; i++)
        if (str_is(zones->choices[i].region, key))
            out[count++] =
                (struct zone_option){zones->choices[i].id, zones->choices[i].name,
                                     str_eq(zones->choices[i].id, selected)};
    return count;
}

static enum err fill_zones(const struct page *page, struct str selected,
                           struct view_list *out)
{
    struct zone_region *regions =
        ARENA_ARRAY(page->arena, struct zone_region, REGION_COUNT);
    struct login_zones zones = {0};
    struct zone_option *options;
    enum err err = zones_of(page, &zones);

    if (err != OK)
        return err;
    options = ARENA_ARRAY(page->arena, struct zone_option, zones.count + 1);
    for (size_t i = 0; i < REGION_COUNT; i++) {
        size_t count = fill_region(&zones, REGIONS[i].key, selected, options);

        regions[i] = (struct zone_region){REGIONS[i].name, {options, count}};
        options += count;
    }
    *out = (struct view_list){regions, REGION_COUNT};
    return OK;
}

static bool is_a_zone(const struct page *page, struct str id)
{
    struct login_zones zones = {0};

    if (zones_of(page, &zones) != OK)
        return false;
    for (size_t i = 0; i < zones.count; i++)
        if (str_eq(zones.choices[i].id, id))
            return true;
    return false;
}

/* ---- the page -------------------------------------------------------------------------------- */

/* Whose word name and address are: a provider's, else the directory's. */
static enum err source_of(const struct page *page, struct str *provider_out)
{
    const struct login_state *state = page->state;
    const struct oidc_provider *provider = NULL;
    struct actor actor = login_actor(page);
    enum err err =
        provider_of_session(&actor, state->oidc, page->principal->session_id, &provider);

    if (err == OK && provider)
        *provider_out = provider_label(page, provider);
    return err;
}

static enum err show(struct page *page, struct str zone_error)
{
    const struct login_state *state = page->state;
    struct actor actor = login_actor(page);
    struct profile_row row = {0};
    struct password_home home = {0};
    struct profile_view view = {.zone_error = zone_error};
    enum err err = profile_get(page->db, page->arena, page->principal->person_id, &row);

    if (err == OK)
        err = password_home(&actor, state->directory, &home);
    if (err == OK)
        err = source_of(page, &view.provider);
    if (err == OK)
        err = fill_zones(page, row.zone, &view.regions);
    if (err != OK)
        return err;
    view.name = row.display_name;
    view.login = row.login;
    view.email = row.email;
    view.in_german = page->render->language == LANGUAGE_DE;
    view.in_english = !view.in_german;
    view.own_zone = row.zone;
    view.usual_zone = row.company_zone.len > 0 ? row.company_zone : STR(USUAL_ZONE);
    view.has_second_factor = row.has_second_factor;
    view.may_change_password = home.here;
    return page_render(page, PAGE_PROFILE, &view);
}

enum err profile_get_page(struct page *page)
{
    return show(page, STR_NONE);
}

enum err profile_post(struct page *page)
{
    const struct profile_form *form = page->fields;
    struct str zone = form->zone.len > 0 ? form->zone : STR_NONE;
    enum err err;

    if (page->error_count == 0 && zone.ptr && !is_a_zone(page, zone))
        page_add_error(page, STR("zone"),
                       page_text(page, N_("Choose a time zone from the list.")));
    if (page->error_count > 0)
        return show(page, page->errors[0].text);
    err = profile_set(page->db, page->principal->person_id, form->language, zone);
    if (err != OK)
        return err;
    page_notice(page, N_("Your settings were saved."));
    /* The address chooses the language in this browser too, whose cookie goes before the person's. */
    return page_redirect(page,
                         page_url(page, "/profile?lang=%.*s", STR_ARG(form->language)));
}
