/* doctor_database.c: kontorctl doctor: what rows say about sign-on and what is offered, and the database's clock
 * and certificate. */
#include "app/people/directory_sync.h"
#include "auth/oidc.h"
#include "store/catalogue.h"
#include "store/definition.h"
#include "store/operator.h"
#include "store/work_rules.h"
#include "doctor.h"
#include "ladder.h"
#include "person_command.h"

#define CLOCK_WORST_US (2 * US_PER_S)
#define TEAMS_MAX      100

/* ---- clock and certificate --------------------------------------------------------------------- */

static void check_clock(struct doctor *doctor, struct db *db)
{
    struct arena *arena = doctor->ctl->arena;
    instant_us theirs = INSTANT_NONE;
    int64_t ahead_us;
    struct str text;

    if (operator_clock(db, arena, &theirs) != OK) {
        doctor_finding(doctor, "clock", db_error_text(db));
        return;
    }
    ahead_us = theirs - clock_now(&clock_system);
    text = str_format(arena, "the database's is %lld ms %s of this machine's",
                      (long long)(ahead_us < 0 ? -ahead_us : ahead_us) / 1000,
                      ahead_us < 0 ? "behind" : "ahead");
    if (ahead_us > CLOCK_WORST_US || ahead_us < -CLOCK_WORST_US)
        doctor_finding(doctor, "clock",
                       str_format(arena, "%.*s: set both (NTP)", STR_ARG(text)).ptr);
    else
        doctor_good("clock", text.ptr);
}

/* Over the network alone; a socket has none. */
static void check_certificate(struct doctor *doctor, struct db *db)
{
    struct ctl *ctl = doctor->ctl;
    struct str end = STR_NONE;
    instant_us until;
    char text[ISO_BYTES];

    if (*conf_c(ctl->conf, "database", "socket"))
        return;
    if (operator_certificate(db, ctl->arena, &end, &until) != OK ||
        until == INSTANT_NONE) {
        doctor_warning("certificate of the database", "its end is not known");
        return;
    }
    instant_write_iso(text, until);
    text[10] = '\0';
    if (until < clock_now(&clock_system) + CERTIFICATE_SOON_US)
        doctor_warning("certificate of the database",
                       str_format(ctl->arena, "it ends %s: renew it", text).ptr);
    else
        doctor_good("certificate of the database",
                    str_format(ctl->arena, "valid until %s", text).ptr);
}

/* ---- login-sync -------------------------------------------------------------------------------- */

static const struct sync_state_row *find_state(const struct sync_state_row *rows,
                                               size_t count, struct str issuer)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(rows[i].issuer, issuer))
            return &rows[i];
    return NULL;
}

static void check_round(struct doctor *doctor, struct str name,
                        const struct sync_state_row *state)
{
    struct ctl *ctl = doctor->ctl;
    int64_t interval_us =
        conf_int(ctl->conf, "session", "directory_sync_seconds") * US_PER_S;
    instant_us now = clock_now(&clock_system);
    struct str what = str_format(ctl->arena, "login-sync of %.*s", STR_ARG(name));
    char at[ISO_BYTES];

    if (!state ||
        (state->finished_at == INSTANT_NONE && state->away_since == INSTANT_NONE)) {
        doctor_finding(doctor, what.ptr, "no round yet: does kontor-login-sync run?");
    } else if (state->away_since != INSTANT_NONE) {
        instant_write_iso(at, state->away_since);
        doctor_finding(doctor, what.ptr,
                       str_format(ctl->arena, "the directory is away since %s: %s", at,
                                  ctl_text(ctl, state->away_reason))
                           .ptr);
    } else if (state->finished_at < now - 2 * interval_us - 60 * US_PER_S) {
        instant_write_iso(at, state->finished_at);
        doctor_finding(
            doctor, what.ptr,
            str_format(ctl->arena, "no round since %s: does kontor-login-sync run?", at)
                .ptr);
    } else {
        instant_write_iso(at, state->finished_at);
        doctor_good(what.ptr,
                    str_format(ctl->arena,
                               "last round %s: %lld people asked for in %lld ms", at,
                               (long long)state->asked, (long long)state->took_ms)
                        .ptr);
    }
    if (state && state->unclear > 0)
        doctor_warning(
            what.ptr,
            str_format(ctl->arena,
                       "the directory could not answer for %lld people: see the log of "
                       "kontor-login-sync",
                       (long long)state->unclear)
                .ptr);
}

static void check_sync(struct doctor *doctor, struct db *db, struct directory_set *set)
{
    struct sync_state_row *rows = NULL;
    size_t count = 0;

    if (sync_states(db, doctor->ctl->arena, &rows, &count) != OK) {
        doctor_finding(doctor, "login-sync", db_error_text(db));
        return;
    }
    for (size_t i = 0; i < directory_count(set); i++)
        check_round(doctor, directory_name(set, i),
                    find_state(rows, count, directory_issuer(set, i)));
}

/* ---- sessions nobody asks about ------------------------------------------------------------------ */

static void check_issuers(struct doctor *doctor, struct db *db, struct directory_set *set,
                          struct oidc *oidc)
{
    struct ctl *ctl = doctor->ctl;
    struct operator_issuer_row *rows = NULL;
    instant_us now = clock_now(&clock_system);
    instant_us idle_us = conf_int(ctl->conf, "session", "idle_minutes") * 60 * US_PER_S;
    size_t count = 0, index;

    if (operator_issuers(db, ctl->arena, now, now - idle_us, &rows, &count) != OK) {
        doctor_finding(doctor, "sessions", db_error_text(db));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (rows[i].issuer.len == 0 || directory_of_issuer(set, rows[i].issuer, &index) ||
            oidc_of_issuer(oidc, rows[i].issuer))
            continue;
        doctor_warning("sessions",
                       str_format(ctl->arena,
                                  "%lld of %s, which is no source any more: kontorctl "
                                  "session end --issuer ends them",
                                  (long long)rows[i].sessions,
                                  ctl_text(ctl, rows[i].issuer))
                           .ptr);
    }
}

/* ---- teams that the mapping names ----------------------------------------------------------------- */

static bool is_team(const struct db_rows *teams, struct str key)
{
    const struct team_row *rows = teams->items;

    for (size_t i = 0; i < teams->count; i++)
        if (str_eq(rows[i].team_key, key))
            return true;
    return false;
}

static void check_teams(struct doctor *doctor, struct db *db, struct directory_set *set)
{
    struct ctl *ctl = doctor->ctl;
    struct str keys[TEAMS_MAX];
    struct db_rows teams = {0};

    if (team_list(db, ctl->arena, &teams) != OK) {
        doctor_finding(doctor, "teams", db_error_text(db));
        return;
    }
    for (size_t i = 0; i < directory_count(set); i++) {
        size_t count = directory_mapped_teams(set, i, keys, TEAMS_MAX);

        for (size_t k = 0; k < count; k++)
            if (!is_team(&teams, keys[k]))
                doctor_warning(
                    "teams",
                    str_format(ctl->arena,
                               "group_map of directory %.*s names %s, which is "
                               "no team of Kontor's",
                               STR_ARG(directory_name(set, i)), ctl_text(ctl, keys[k]))
                        .ptr);
    }
}

/* ---- what is offered ------------------------------------------------------------------------------ */

static void check_catalogue(struct doctor *doctor, struct db *db)
{
    struct arena *arena = doctor->ctl->arena;
    struct db_rows rows = {0};
    size_t markets = 0, notices = 0, offers = 0;

    if (catalogue_list(db, arena, &rows) != OK) {
        doctor_finding(doctor, "catalogue", db_error_text(db));
        return;
    }
    const struct catalogue_row *items = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        bool market = items[i].active && items[i].kind == CATALOGUE_MARKET;
        markets += market;
        notices += market && items[i].notice_reference.ptr != NULL;
        offers +=
            items[i].active && items[i].kind == CATALOGUE_OFFER && items[i].available;
    }
    if (offers == 0)
        doctor_warning("catalogue", "nothing is offered: kontorctl catalogue load FILE");
    else
        doctor_good("catalogue",
                    str_format(arena,
                               "%zu offers are available; a notice period is entered for "
                               "%zu of %zu markets",
                               offers, notices, markets)
                        .ptr);
}

/* Kontor knows no holiday of its own: one that nobody entered counts as a business day. */
static void check_calendar(struct doctor *doctor, const struct calendar_row *rows,
                           size_t count, int32_t year)
{
    struct arena *arena = doctor->ctl->arena;
    const char *what =
        str_c(arena, str_format(arena, "calendar %.*s", STR_ARG(rows->calendar_key)));
    size_t holidays = 0;

    for (size_t i = 0; i < count; i++)
        if (rows[i].day != DAY_NONE && day_to_civil(rows[i].day).year == year)
            holidays++;
    const char *detail = str_c(
        arena,
        holidays == 0
            ? str_format(arena,
                         "no holiday of %d is entered: kontorctl calendar load FILE",
                         (int)year)
            : str_format(arena, "%zu holidays in %d", holidays, (int)year));
    if (holidays == 0)
        doctor_warning(what, detail);
    else
        doctor_good(what, detail);
}

static void check_calendars(struct doctor *doctor, struct db *db)
{
    struct db_rows rows = {0};
    day_no today = instant_day_utc(clock_now(&clock_system));
    int32_t year = day_to_civil(today).year;
    bool autumn = day_to_civil(today).month >= 10;

    if (calendar_rows(db, doctor->ctl->arena, &rows) != OK) {
        doctor_finding(doctor, "calendars", db_error_text(db));
        return;
    }
    const struct calendar_row *items = rows.items;
    for (size_t i = 0; i < rows.count;) {
        size_t count = 1;

        while (i + count < rows.count &&
               str_eq(items[i].calendar_key, items[i + count].calendar_key))
            count++;
        check_calendar(doctor, &items[i], count, year);
        /* Towards its end, due dates reach into the next. */
        if (autumn)
            check_calendar(doctor, &items[i], count, year + 1);
        i += count;
    }
}

void doctor_database(struct doctor *doctor, struct db *db)
{
    struct ctl *ctl = doctor->ctl;
    struct directory_set *set = NULL;
    struct oidc *oidc = NULL;

    check_clock(doctor, db);
    check_certificate(doctor, db);
    check_catalogue(doctor, db);
    check_calendars(doctor, db);
    /* Bad sections are found by doctor_sign_on(). */
    if (directory_open(ctl->arena, ctl->conf, &set) != OK ||
        oidc_open(ctl->arena, ctl->conf, &oidc) != OK)
        return;
    check_sync(doctor, db, set);
    check_issuers(doctor, db, set, oidc);
    check_teams(doctor, db, set);
}
