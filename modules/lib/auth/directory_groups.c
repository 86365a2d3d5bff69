/* Groups: who is in which, and what that gives. */
#include "base/log.h"
#include "base/map.h"
#include "text/escape.h"
#include "auth/directory_dn.h"
#include "auth/directory_source.h"

#define DEPTH_MAX 16 /* of nested = expand */
#define BATCH     50 /* groups in one filter */
/* 2000 groups with names of 4 KiB. Many people are looked up in one arena, and of their groups little
 * stays. */
#define SCRATCH_BYTES ((size_t)64 << 20)
#define IN_CHAIN      ":1.2.840.113556.1.4.1941:" /* Active Directory: along all links */

enum group_attribute { GROUP_CN, GROUP_COMPANY };

/* One walk. */
struct walk {
    struct directory *d;
    struct arena *arena;  /* of the walk */
    struct arena *page;   /* of one search */
    struct arena *result; /* of the caller: what stays */
    struct identity *identity;
    int64_t deadline_us;
    struct map *seen; /* normal DN */
    struct vec *groups_out;
    bool overflow;
};

bool directory_needs_groups(const struct directory *d, const struct identity *identity)
{
    if (identity->is_staff)
        return *d->role_group_base || *d->team_group_base || d->map.has_staff;
    return identity->is_customer && (*d->company_group_base || d->map.has_companies);
}

/* ---- what a group gives ------------------------------------------------------------------------- */

static void give_team(struct arena *arena, struct identity *identity, struct str team)
{
    for (size_t i = 0; i < identity->team_count; i++)
        if (str_eq(identity->teams[i], team))
            return;
    if (identity->team_count < IDENTITY_TEAMS_MAX)
        identity->teams[identity->team_count++] = str_copy(arena, team);
}

static void give_company(struct arena *arena, struct identity *identity,
                         struct str company)
{
    if (company.len == 0 || identity->company_ambiguous)
        return;
    if (identity->company_key.len == 0) {
        identity->company_key = str_copy(arena, company);
    } else if (!str_eq(identity->company_key, company)) {
        identity->company_key = STR_NONE;
        identity->company_ambiguous = true;
    }
}

/* A group that is no role of Kontor gives nothing; nor does one named like a role that only a company
 * can give. */
static bool give_role(struct identity *identity, struct str key)
{
    enum role role = role_from_key(key);

    if (!role_is_staff(role))
        return false;
    identity->roles |= 1u << role;
    return true;
}

static bool give(const struct walk *walk, const struct directory_entry *group,
                 struct str dn)
{
    const struct directory *d = walk->d;
    struct identity *identity = walk->identity;
    const struct group_meaning *meaning = group_map_find(&d->map, dn);
    struct str cn = directory_text(group, GROUP_CN);
    bool counts = false;

    if (identity->is_staff) {
        if (dn_is_below(dn, d->role_group_normal))
            counts |= give_role(identity, cn);
        if (dn_is_below(dn, d->team_group_normal) && cn.len > 0) {
            give_team(walk->result, identity, cn);
            counts = true;
        }
        if (meaning && meaning->company.len == 0) {
            identity->roles |= meaning->roles;
            for (size_t i = 0; i < meaning->team_count; i++)
                give_team(walk->result, identity, meaning->teams[i]);
            counts = true;
        }
    } else if (identity->is_customer) {
        if (dn_is_below(dn, d->company_group_normal)) {
            give_company(walk->result, identity, directory_text(group, GROUP_COMPANY));
            counts = true;
        }
        if (meaning && meaning->company.len > 0) {
            give_company(walk->result, identity, meaning->company);
            counts = true;
        }
    }
    return counts;
}

/* ---- the walk ----------------------------------------------------------------------------------- */

/* A group that was found: counted once. True if it is new. */
static bool visit(struct walk *walk, const struct directory_entry *group)
{
    struct str dn = STR_NONE;
    bool counts;

    if (dn_normal(walk->arena, group->dn, &dn) != OK || map_has(walk->seen, dn))
        return false;
    if (map_count(walk->seen) == GROUPS_MAX) {
        walk->overflow = true;
        return false;
    }
    map_set(walk->seen, dn, walk);
    counts = give(walk, group, dn);
    if (walk->groups_out)
        *VEC_PUSH(walk->groups_out, struct directory_group) = (struct directory_group){
            .dn = str_copy(walk->result, group->dn), .counts = counts};
    return true;
}

static enum directory_outcome search_below(struct walk *walk, const char *base,
                                           const char *filter,
                                           struct directory_entries *out)
{
    const char *attributes[] = {"cn", walk->d->company_group_attribute, NULL};
    struct directory_search search = {.base = base,
                                      .filter = filter,
                                      .attributes = attributes,
                                      .limit = GROUPS_MAX,
                                      .all = true};
    enum directory_outcome outcome =
        directory_search(walk->d, walk->page, &search, walk->deadline_us, out);

    return outcome == DIRECTORY_REFUSED ? DIRECTORY_BROKEN : outcome;
}

static void put_member(const struct directory *d, struct buf *filter, struct str value,
                       bool in_chain)
{
    buf_format(filter, "(%s%s=", d->group_member_attribute, in_chain ? IN_CHAIN : "");
    escape_ldap_filter(filter, value);
    buf_put_char(filter, ')');
}

/* Groups of one batch of members, the entries of which are `members`. New ones go to `next`. */
static enum directory_outcome expand_batch(struct walk *walk, const struct str *members,
                                           size_t count, struct vec *next)
{
    struct buf filter = buf_init(walk->arena, FILTER_LIMIT);
    struct directory_entries found = {0};
    enum directory_outcome outcome;

    buf_put_c(&filter, "(|");
    for (size_t i = 0; i < count; i++)
        put_member(walk->d, &filter, members[i], false);
    buf_put_c(&filter, ")");
    if (buf_check(&filter) != OK)
        return DIRECTORY_BROKEN;
    outcome = search_below(walk, walk->d->group_base,
                           str_c(walk->arena, buf_str(&filter)), &found);
    for (size_t i = 0; outcome == DIRECTORY_DONE && i < found.count; i++)
        if (visit(walk, &found.items[i]))
            *VEC_PUSH(next, struct str) = str_copy(walk->arena, found.items[i].dn);
    arena_clear(walk->page);
    return outcome;
}

/* Upwards from the person, one level after the other. A loop ends because each group is new once. */
static enum directory_outcome expand(struct walk *walk)
{
    struct vec level = VEC_INIT(walk->arena, struct str);
    enum directory_outcome outcome = DIRECTORY_DONE;

    *VEC_PUSH(&level, struct str) = walk->identity->dn;
    for (int depth = 0; level.count > 0 && outcome == DIRECTORY_DONE; depth++) {
        struct vec next = VEC_INIT(walk->arena, struct str);

        if (depth == DEPTH_MAX) {
            walk->overflow = true;
            break;
        }
        for (size_t i = 0; i < level.count && outcome == DIRECTORY_DONE; i += BATCH)
            outcome =
                expand_batch(walk, VEC_AT(&level, struct str, i),
                             level.count - i < BATCH ? level.count - i : BATCH, &next);
        level = next;
    }
    return outcome;
}

/* The bases to search below, each once: one that lies below another is covered by it. */
static size_t bases_of(const struct walk *walk, const char *out[4])
{
    const struct directory *d = walk->d;
    bool staff = walk->identity->is_staff;
    const char *wanted[] = {
        staff ? d->role_group_base : d->company_group_base,
        staff ? d->team_group_base : "",
        d->map.count > 0 && d->nested != NESTED_IN_CHAIN ? d->group_base : ""};
    struct str normal[4];
    size_t count = 0;

    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
        struct str base = STR_NONE;
        bool covered = false;

        if (!*wanted[i] || dn_normal(walk->arena, str_from(wanted[i]), &base) != OK)
            continue;
        for (size_t k = 0; k < count; k++) {
            if (str_eq(base, normal[k]) || dn_is_below(base, normal[k]))
                covered = true;
            else if (dn_is_below(normal[k], base)) {
                /* This one covers that one: take its place. */
                normal[k] = base;
                out[k] = wanted[i];
                covered = true;
            }
        }
        if (covered)
            continue;
        normal[count] = base;
        out[count++] = wanted[i];
    }
    return count;
}

static enum directory_outcome search_below_all(struct walk *walk, const char *filter)
{
    enum directory_outcome outcome = DIRECTORY_DONE;
    const char *bases[4];
    size_t count = bases_of(walk, bases);

    for (size_t i = 0; i < count && outcome == DIRECTORY_DONE; i++) {
        struct directory_entries found = {0};

        outcome = search_below(walk, bases[i], filter, &found);
        for (size_t k = 0; outcome == DIRECTORY_DONE && k < found.count; k++)
            (void)visit(walk, &found.items[k]);
        arena_clear(walk->page);
    }
    return outcome;
}

/* To follow links is dear for the server: it is asked about the groups of the map alone, by their
 * names, which Active Directory has as an attribute. */
static enum directory_outcome search_mapped(struct walk *walk, struct str member_filter)
{
    const struct group_map *map = &walk->d->map;
    enum directory_outcome outcome = DIRECTORY_DONE;
    size_t i = 0;

    while (i < map->count && outcome == DIRECTORY_DONE) {
        struct buf filter = buf_init(walk->arena, FILTER_LIMIT);
        struct directory_entries found = {0};
        size_t named = 0;

        buf_put_c(&filter, "(&(|");
        for (; i < map->count && named < BATCH; i++) {
            if ((map->items[i].company.len == 0) != walk->identity->is_staff)
                continue;
            buf_put_c(&filter, "(distinguishedName=");
            escape_ldap_filter(&filter, map->items[i].text);
            buf_put_c(&filter, ")");
            named++;
        }
        if (named == 0)
            break;
        buf_format(&filter, ")%.*s)", STR_ARG(member_filter));
        if (buf_check(&filter) != OK)
            return DIRECTORY_BROKEN;
        outcome = search_below(walk, walk->d->group_base,
                               str_c(walk->arena, buf_str(&filter)), &found);
        for (size_t k = 0; outcome == DIRECTORY_DONE && k < found.count; k++)
            (void)visit(walk, &found.items[k]);
        arena_clear(walk->page);
    }
    return outcome;
}

static enum directory_outcome search_groups(struct walk *walk)
{
    const struct directory *d = walk->d;
    struct buf filter = buf_init(walk->arena, FILTER_LIMIT);
    struct str member =
        d->members_are_logins ? walk->identity->login : walk->identity->dn;
    bool in_chain = d->nested == NESTED_IN_CHAIN;
    enum directory_outcome outcome;

    put_member(d, &filter, member, in_chain);
    if (buf_check(&filter) != OK)
        return DIRECTORY_BROKEN;
    outcome = search_below_all(walk, str_c(walk->arena, buf_str(&filter)));
    if (outcome == DIRECTORY_DONE && in_chain)
        outcome = search_mapped(walk, buf_str(&filter));
    return outcome;
}

enum directory_outcome directory_read_groups(struct directory *d, struct arena *arena,
                                             struct identity *identity,
                                             int64_t deadline_us, struct vec *groups_out)
{
    struct arena *scratch = arena_new(SCRATCH_BYTES);
    struct arena *page = arena_new(SCRATCH_BYTES);
    struct walk walk = {.d = d,
                        .arena = scratch,
                        .page = page,
                        .result = arena,
                        .identity = identity,
                        .deadline_us = deadline_us,
                        .seen = map_new(scratch),
                        .groups_out = groups_out};
    enum directory_outcome outcome = DIRECTORY_DONE;

    if (directory_needs_groups(d, identity))
        outcome = d->nested == NESTED_EXPAND ? expand(&walk) : search_groups(&walk);
    arena_free(&page);
    arena_free(&scratch);
    /* Half of somebody's groups may be the wrong half: better none than too few or too many. */
    if (outcome == DIRECTORY_DONE && walk.overflow) {
        (void)err_note(ERR_UNAVAILABLE,
                       "somebody is in more than %d groups, or %d levels", GROUPS_MAX,
                       DEPTH_MAX);
        return DIRECTORY_BROKEN;
    }
    if (outcome == DIRECTORY_DONE && identity->company_ambiguous)
        log_event(LOG_LEVEL_WARN, "company_ambiguous",
                  "directory %.*s: an entry is of more than one company",
                  STR_ARG(d->name));
    return outcome;
}
