/* Rungs about the directory as a whole: its clock, and the groups that give something. */
#include "base/clock.h"
#include "auth/directory_probe_own.h"

#define CLOCK_WORST_S    300 /* as Kerberos has it */
#define GROUPS_LOOKED_AT 200

/* ---- clock ----------------------------------------------------------------------------------- */

/* "20261122065700.0Z" (GeneralizedTime in UTC); INSTANT_NONE for anything else. */
static instant_us instant_of(struct str text)
{
    int64_t part[6];
    static const size_t LENGTHS[6] = {4, 2, 2, 2, 2, 2};
    size_t at = 0;
    struct civil_date date;

    if (!str_ends(text, STR("Z")))
        return INSTANT_NONE;
    for (size_t i = 0; i < 6; i++) {
        if (at + LENGTHS[i] > text.len ||
            str_to_i64(str_sub(text, at, LENGTHS[i]), &part[i]) != OK)
            return INSTANT_NONE;
        at += LENGTHS[i];
    }
    if (part[1] < 1 || part[1] > 12 || part[2] < 1 || part[2] > 31)
        return INSTANT_NONE;
    date = (struct civil_date){(int32_t)part[0], (uint8_t)part[1], (uint8_t)part[2]};
    return day_from_civil(date) * US_PER_DAY +
           (part[3] * 3600 + part[4] * 60 + part[5]) * US_PER_S;
}

void probe_clock(struct probe *probe)
{
    static const char *const TIME[] = {"currentTime", NULL};
    struct directory_search search = {.base = "",
                                      .base_only = true,
                                      .filter = "(objectClass=*)",
                                      .attributes = TIME,
                                      .limit = 1};
    struct directory_entries found = {0};
    instant_us theirs = INSTANT_NONE;
    int64_t ahead_s;
    bool bad;

    probe_begin(probe);
    if (directory_search(&probe->d, probe->arena, &search,
                         clock_monotonic_us() + probe->d.timeout_us,
                         &found) == DIRECTORY_DONE &&
        found.count == 1)
        theirs = instant_of(directory_text(&found.items[0], 0));
    if (theirs == INSTANT_NONE) {
        probe_skip(probe, DIRECTORY_RUNG_CLOCK, DIRECTORY_RUNG_CLOCK);
        return;
    }
    ahead_s = (theirs - clock_now(&clock_system)) / US_PER_S;
    bad = ahead_s > CLOCK_WORST_S || ahead_s < -CLOCK_WORST_S;
    probe_add(probe, DIRECTORY_RUNG_CLOCK,
              bad ? DIRECTORY_RUNG_WARNING : DIRECTORY_RUNG_OK,
              str_format(probe->arena, "%lld s %s of this machine's",
                         (long long)(ahead_s < 0 ? -ahead_s : ahead_s),
                         ahead_s < 0 ? "behind" : "ahead"),
              bad ? "Set both clocks (NTP)." : NULL);
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* "(|(cn=intake)(cn=member)...)": what groups of role_group_base are called. */
static const char *roles_filter(struct probe *probe)
{
    struct buf filter = buf_init(probe->arena, 1024);

    buf_put_c(&filter, "(|");
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (role_is_staff((enum role)role))
            buf_format(&filter, "(cn=%s)", role_key((enum role)role));
    buf_put_char(&filter, ')');
    return str_c(probe->arena, buf_str(&filter));
}

/* How many groups there are; -1 where the question failed. */
static int count_groups(struct probe *probe, const char *base, bool base_only,
                        const char *filter)
{
    static const char *const NOTHING[] = {"1.1", NULL};
    struct directory_search search = {.base = base,
                                      .base_only = base_only,
                                      .filter = filter,
                                      .attributes = NOTHING,
                                      .limit = GROUPS_LOOKED_AT};
    struct directory_entries found = {0};

    if (directory_search(&probe->d, probe->arena, &search,
                         clock_monotonic_us() + probe->d.timeout_us,
                         &found) != DIRECTORY_DONE)
        return -1;
    return (int)found.count;
}

/* Lines of the map whose group is not there. */
static struct str missing_lines(struct probe *probe)
{
    const struct group_map *map = &probe->d.map;
    struct buf missing = buf_init(probe->arena, 8192);

    for (size_t i = 0; i < map->count && i < GROUPS_LOOKED_AT; i++)
        if (count_groups(probe, str_c(probe->arena, map->items[i].text), true,
                         "(objectClass=*)") < 1)
            buf_format(&missing, "%sline %d, %.*s", missing.len > 0 ? "; " : "",
                       map->items[i].line, STR_ARG(map->items[i].text));
    return buf_str(&missing);
}

static void probe_groups_there(struct probe *probe)
{
    const struct directory *d = &probe->d;
    struct str missing;
    int roles = 0;

    probe_begin(probe);
    if (*d->role_group_base)
        roles = count_groups(probe, d->role_group_base, false, roles_filter(probe));
    missing = missing_lines(probe);
    if (*d->role_group_base && roles < 1)
        probe_add(probe, DIRECTORY_RUNG_MAPPING, DIRECTORY_RUNG_WARNING,
                  str_format(probe->arena,
                             "no group below %s is called like a staff role",
                             d->role_group_base),
                  "kontorctl rights names the roles; or use group_map.");
    else if (missing.len > 0)
        probe_add(probe, DIRECTORY_RUNG_MAPPING, DIRECTORY_RUNG_WARNING,
                  str_format(probe->arena, "group_map, not seen: %.*s", STR_ARG(missing)),
                  "Is the name written as in the directory, and may the service account "
                  "read it?");
    else
        probe_add(probe, DIRECTORY_RUNG_MAPPING, DIRECTORY_RUNG_OK,
                  str_format(probe->arena, "%d role groups, %zu lines of group_map",
                             roles, d->map.count),
                  NULL);
}

void probe_nobody(struct probe *probe)
{
    const struct directory *d = &probe->d;

    probe_skip(probe, DIRECTORY_RUNG_SEARCH, DIRECTORY_RUNG_GROUPS);
    if (*d->role_group_base || d->map.count > 0)
        probe_groups_there(probe);
    else
        probe_skip(probe, DIRECTORY_RUNG_MAPPING, DIRECTORY_RUNG_MAPPING);
    probe_skip(probe, DIRECTORY_RUNG_COMPANY, DIRECTORY_RUNG_COMPANY);
}
