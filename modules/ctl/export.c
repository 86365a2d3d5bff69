/* export.c: kontorctl export: everything about a request or a company as JSON Lines. The last line
 * counts what came before and says whether anything is missing. */
#include "ctl.h"

#include "formats/json.h"
#include "store/export.h"
#include "store/invariants.h"
#include "app/upkeep/seal.h"
#include "blobs.h"

struct run {
    struct ctl *ctl;
    struct db *db;
    instant_us from;
    instant_us to;
    json_t *counts;   /**< kind -> number of lines */
    json_t *problems; /**< array of texts */
    int64_t documents;
};

static void problem(struct run *run, struct str what)
{
    json_array_append_new(run->problems, json_stringn(what.ptr, what.len));
}

static enum err print_part(struct run *run, const struct export_part *part,
                           int64_t owner_id)
{
    struct arena *arena = run->ctl->arena;
    int64_t after = 0, lines = json_get_int(run->counts, part->kind, 0);
    struct db_rows rows;
    do {
        struct arena_mark mark = arena_mark(arena);
        enum err err =
            export_rows(run->db, arena, part, owner_id, after, run->from, run->to, &rows);
        if (err != OK) {
            return err;
        }
        const struct export_row *items = rows.items;
        for (size_t i = 0; i < rows.count; i++) {
            printf("%.*s\n", STR_ARG(items[i].line));
            after = items[i].id;
            lines++;
        }
        arena_rewind(arena, mark);
    } while (rows.count > 0);
    json_set_int(run->counts, part->kind, lines);
    return OK;
}

static enum err print_parts(struct run *run, bool of_company, int64_t owner_id)
{
    for (const struct export_part *part = EXPORT_PARTS; part->kind; part++) {
        if (part->of_company == of_company) {
            enum err err = print_part(run, part, owner_id);
            if (err != OK) {
                return err;
            }
        }
    }
    return OK;
}

static void blob_problem(void *context, struct str public_id, const char *what)
{
    struct run *run = context;
    problem(run,
            str_format(run->ctl->arena, "document %.*s %s", STR_ARG(public_id), what));
}

/** The lines of one request, then the rules that say whether they can be all. */
static enum err print_request(struct run *run, const struct export_subject *request)
{
    enum err err = print_parts(run, false, request->id);
    for (const struct invariant *rule = INVARIANTS; err == OK && rule->rule; rule++) {
        struct db_rows rows;
        err = invariant_check(run->db, run->ctl->arena, rule, request->id, &rows);
        for (size_t i = 0; err == OK && i < rows.count; i++) {
            const struct violation *found = rows.items;
            problem(run, str_format(run->ctl->arena, "%s: %.*s", rule->rule,
                                    STR_ARG(found[i].what)));
        }
    }
    int64_t documents = 0;
    if (err == OK) {
        err = blobs_check(run->ctl, run->db, request->id, blob_problem, run, &documents);
    }
    run->documents += documents;
    return err;
}

static enum err print_company(struct run *run, const struct export_subject *company)
{
    enum err err = print_parts(run, true, company->id);
    int64_t after = 0;
    struct db_rows rows = {0};
    do {
        if (err == OK) {
            err = export_company_requests(run->db, run->ctl->arena, company->id, after,
                                          run->from, run->to, &rows);
        }
        const struct export_subject *requests = rows.items;
        for (size_t i = 0; err == OK && i < rows.count; i++) {
            after = requests[i].id;
            err = print_request(run, &requests[i]);
        }
    } while (err == OK && rows.count > 0);
    return err;
}

/** The whole chain, since a link means nothing without the ones before it. */
static enum err print_end(struct run *run)
{
    struct seal_report report;
    enum err err = app_seal_verify(run->db, run->ctl->arena, &report);
    if (err != OK) {
        return err;
    }
    if (report.reason) {
        problem(run, str_format(run->ctl->arena, "audit chain: %s at seal %lld",
                                report.reason, (long long)report.broken_at));
    }
    bool complete = json_array_size(run->problems) == 0;
    json_t *end = json_new_object(run->ctl->arena);
    json_set_str(end, "kind", STR("end"));
    json_object_set(end, "counts", run->counts);
    json_set_int(end, "documents_read", run->documents);
    json_set_int(end, "seals_verified", report.checked);
    json_set_int(end, "events_not_sealed_yet", report.unsealed);
    json_set_bool(end, "complete", complete);
    json_object_set(end, "problems", run->problems);
    printf("%.*s\n", STR_ARG(json_write(run->ctl->arena, end)));
    return complete ? OK : ERR_CONFLICT;
}

/** First instant of a day, or of the day after it; `fallback` without the option. */
static bool take_day(const char *text, int add_days, instant_us fallback, instant_us *out)
{
    day_no day;
    *out = fallback;
    if (!text) {
        return true;
    }
    if (day_parse(str_from(text), &day) != OK) {
        fprintf(stderr, "kontorctl: %s is no day; write YYYY-MM-DD\n", text);
        return false;
    }
    *out = (int64_t)(day + add_days) * US_PER_DAY;
    return true;
}

static enum err run_export(struct run *run, const char *request, const char *company)
{
    struct arena *arena = run->ctl->arena;
    struct export_subject subject = {0};
    enum err err = ctl_connect(run->ctl, "ctl", &run->db);
    if (err == OK) {
        err = request ? export_request(run->db, arena, str_from(request), &subject)
                      : export_company(run->db, arena, str_from(company), &subject);
    }
    if (err == OK) {
        err = request ? print_request(run, &subject) : print_company(run, &subject);
    }
    return err == OK ? print_end(run) : err;
}

int command_export(struct ctl *ctl)
{
    const char *request = ctl_option(ctl, "--request");
    const char *company = ctl_option(ctl, "--company");
    const char *from = ctl_option(ctl, "--from"), *to = ctl_option(ctl, "--to");
    struct run run = {.ctl = ctl};
    /* Year 1000 to 9999: what DATETIME can hold. */
    const instant_us first = (int64_t)-354285 * US_PER_DAY, last = 2932896 * US_PER_DAY;
    if (!ctl_arguments(ctl, 0, 0) || !request == !company ||
        !take_day(from, 0, first, &run.from) || !take_day(to, 1, last, &run.to)) {
        fprintf(stderr, "kontorctl: export --request REFERENCE | --company REFERENCE "
                        "[--from DAY] [--to DAY]\n");
        return CTL_USAGE;
    }
    run.counts = json_new_object(ctl->arena);
    run.problems = json_array();
    enum err err = run_export(&run, request, company);
    json_decref(run.problems);
    if (err == ERR_NOT_FOUND) {
        fprintf(stderr, "kontorctl: there is no %s %s\n", request ? "request" : "company",
                request ? request : company);
        return CTL_FAILED;
    }
    return err == OK ? CTL_OK : ctl_fail(err, "export");
}
