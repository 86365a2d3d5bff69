/* The ladder rung by rung, for an operator who wants to know which one is broken. */
#include "base/clock.h"
#include "auth/directory_probe_own.h"

const char *directory_rung_key(enum directory_rung_kind kind)
{
    static const char *const KEYS[DIRECTORY_RUNG_KINDS] = {
        [DIRECTORY_RUNG_CONNECT] = "connect",
        [DIRECTORY_RUNG_TLS] = "tls",
        [DIRECTORY_RUNG_CERTIFICATE] = "certificate",
        [DIRECTORY_RUNG_SERVICE] = "service-bind",
        [DIRECTORY_RUNG_BASES] = "bases",
        [DIRECTORY_RUNG_CLOCK] = "clock",
        [DIRECTORY_RUNG_SEARCH] = "search",
        [DIRECTORY_RUNG_ONE] = "one-entry",
        [DIRECTORY_RUNG_SUBJECT] = "subject",
        [DIRECTORY_RUNG_ACTIVE] = "active",
        [DIRECTORY_RUNG_PASSWORD] = "password",
        [DIRECTORY_RUNG_GROUPS] = "groups",
        [DIRECTORY_RUNG_MAPPING] = "mapping",
        [DIRECTORY_RUNG_COMPANY] = "company",
    };

    return KEYS[kind];
}

void probe_begin(struct probe *probe)
{
    err_clear();
    probe->begun_us = clock_monotonic_us();
}

void probe_add(struct probe *probe, enum directory_rung_kind kind,
               enum directory_rung_state state, struct str text, const char *advice)
{
    struct directory_report *report = probe->report;

    if (report->count == DIRECTORY_RUNGS_MAX)
        bug("more than %d rungs", DIRECTORY_RUNGS_MAX);
    report->rungs[report->count++] = (struct directory_rung){
        .kind = kind,
        .state = state,
        .text = text,
        .advice = str_from(advice),
        .duration_us =
            state == DIRECTORY_RUNG_SKIPPED ? 0 : clock_monotonic_us() - probe->begun_us};
    if (state == DIRECTORY_RUNG_FAILED)
        report->ok = false;
}

struct str probe_noted(struct probe *probe, const char *otherwise)
{
    return str_copy(probe->arena, str_from(*err_text() ? err_text() : otherwise));
}

void probe_skip(struct probe *probe, enum directory_rung_kind from,
                enum directory_rung_kind to)
{
    for (int kind = (int)from; kind <= (int)to; kind++)
        probe_add(probe, (enum directory_rung_kind)kind, DIRECTORY_RUNG_SKIPPED, STR(""),
                  NULL);
}

/* ---- what the service account sees -------------------------------------------------------------- */

static bool sees(struct probe *probe, const char *base)
{
    static const char *const NOTHING[] = {"1.1", NULL};
    struct directory_search search = {.base = base,
                                      .base_only = true,
                                      .filter = "(objectClass=*)",
                                      .attributes = NOTHING,
                                      .limit = 1};
    struct directory_entries found = {0};

    return directory_search(&probe->d, probe->arena, &search,
                            clock_monotonic_us() + probe->d.timeout_us,
                            &found) == DIRECTORY_DONE &&
           found.count > 0;
}

static bool probe_bases(struct probe *probe)
{
    const struct directory *d = &probe->d;
    const char *bases[] = {d->user_base, d->role_group_base, d->team_group_base,
                           d->company_group_base, d->group_base};
    struct buf missing = buf_init(probe->arena, 4096);

    probe_begin(probe);
    for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++)
        if (*bases[i] && !sees(probe, bases[i]))
            buf_format(&missing, "%s%s", missing.len > 0 ? "; " : "", bases[i]);
    if (missing.len == 0) {
        probe_add(probe, DIRECTORY_RUNG_BASES, DIRECTORY_RUNG_OK, STR("all are there"),
                  NULL);
        return true;
    }
    probe_add(
        probe, DIRECTORY_RUNG_BASES, DIRECTORY_RUNG_FAILED,
        str_format(probe->arena, "not seen: %.*s", STR_ARG(buf_str(&missing))),
        "Is the name written as in the directory, and may the service account read it?");
    return false;
}

void directory_probe(struct directory_set *set, struct arena *arena,
                     const struct directory_probe_input *input,
                     struct directory_report *out)
{
    struct probe probe = {.arena = arena, .input = input, .report = out};

    if (input->index >= set->count)
        bug("directory %zu of %zu", input->index, set->count);
    *out = (struct directory_report){.ok = true};
    probe.d = *set->items[input->index];
    probe.d.service = NULL;
    probe.d.people_link = NULL;
    for (size_t i = 0; i < probe.d.server_count; i++)
        probe_server(&probe, &probe.d.servers[i]);
    if (!probe.d.service) {
        probe_skip(&probe, DIRECTORY_RUNG_BASES, DIRECTORY_RUNG_COMPANY);
    } else if (!probe_bases(&probe)) {
        probe_skip(&probe, DIRECTORY_RUNG_CLOCK, DIRECTORY_RUNG_COMPANY);
    } else {
        probe_clock(&probe);
        if (input->login.len > 0)
            probe_person(&probe);
        else
            probe_nobody(&probe);
    }
    directory_close(&probe.d);
    err_clear();
}
