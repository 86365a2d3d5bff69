/* obligation.c: kontorctl obligation: what companies owe the exchange. */
#include "app/upkeep/obligation.h"
#include "person_command.h"
#include "process/definition/rules.h"

static const char *const KINDS = "payment position delivery document other";

static int usage(void)
{
    fprintf(
        stderr,
        "kontorctl: obligation open COMPANY REFERENCE --kind KIND --en TEXT --de TEXT "
        "[--due DAY] | close COMPANY REFERENCE | list [COMPANY]; kinds: %s\n",
        KINDS);
    return CTL_USAGE;
}

/* CTL_OK, or what to exit with. */
static int find_company(struct ctl *ctl, struct db *db, const char *reference,
                        int64_t *id_out)
{
    enum err err = operator_company(db, ctl->arena, str_from(reference), id_out);

    if (err == ERR_NOT_FOUND) {
        fprintf(stderr, "kontorctl: no company has the number %s\n",
                ctl_text(ctl, str_from(reference)));
        return CTL_FAILED;
    }
    return err == OK ? CTL_OK : ctl_fail(err, "obligation");
}

static bool is_sentence(const char *text)
{
    return text != NULL && rule_is_line(str_from(text)) &&
           str_utf8_length(str_from(text)) <= 500;
}

/* False, said, when something does not fit. */
static bool read_row(struct ctl *ctl, struct obligation_row *out)
{
    const char *kind = ctl_option(ctl, "--kind");
    const char *en = ctl_option(ctl, "--en");
    const char *de = ctl_option(ctl, "--de");
    const char *due = ctl_option(ctl, "--due");

    *out = (struct obligation_row){.kind = str_from(kind),
                                   .text_en = str_from(en),
                                   .text_de = str_from(de),
                                   .due_on = DAY_NONE,
                                   .opened_at = clock_now(&clock_system)};
    if (!kind || !rule_has_word(KINDS, out->kind) || !is_sentence(en) ||
        !is_sentence(de)) {
        usage();
        return false;
    }
    if (due != NULL && day_parse(str_from(due), &out->due_on) != OK) {
        fputs("kontorctl: --due is a day, YYYY-MM-DD\n", stderr);
        return false;
    }
    return true;
}

static int change(struct ctl *ctl, bool opens)
{
    struct obligation_row row = {0};
    struct db *db = NULL;
    int64_t company_id;

    if (opens && !read_row(ctl, &row))
        return CTL_USAGE;
    if (!ctl_arguments(ctl, 2, 2))
        return CTL_USAGE;
    row.reference = str_from(ctl->argv[1]);
    if (!rule_is_line(row.reference) || str_utf8_length(row.reference) > 64)
        return usage();
    enum err err = ctl_connect(ctl, "ctl", &db);
    if (err != OK)
        return ctl_fail(err, "obligation");
    int code = find_company(ctl, db, ctl->argv[0], &company_id);
    if (code != CTL_OK)
        return code;
    const struct actor actor = ctl_actor(ctl, db);
    err = opens ? obligation_open(&actor, company_id, &row, ctl_operator(ctl))
                : obligation_settle(&actor, company_id, row.reference, ctl_operator(ctl));
    if (err == ERR_CONFLICT || err == ERR_NOT_FOUND) {
        fprintf(stderr, "kontorctl: %s %s the obligation %s\n",
                ctl_text(ctl, str_from(ctl->argv[0])),
                opens ? "has already had" : "does not have, or not open any more,",
                ctl_text(ctl, row.reference));
        return CTL_FAILED;
    }
    return err == OK ? CTL_OK : ctl_fail(err, "obligation");
}

static int list(struct ctl *ctl)
{
    struct db_rows rows = {0};
    struct db *db = NULL;

    if (!ctl_arguments(ctl, 0, 1))
        return CTL_USAGE;
    enum err err = ctl_connect(ctl, "ctl", &db);
    if (err == OK)
        err = obligation_list(db, ctl->arena,
                              str_from(ctl->argc > 0 ? ctl->argv[0] : NULL), &rows);
    if (err != OK)
        return ctl_fail(err, "obligation list");
    const struct obligation_row *items = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        char due[ISO_BYTES];
        day_write_iso(due, items[i].due_on);
        printf("%-8s %-24s %-6s %-8s %-10s %s\n", ctl_text(ctl, items[i].company),
               ctl_text(ctl, items[i].reference),
               items[i].closed_at == INSTANT_NONE ? "open" : "closed",
               ctl_text(ctl, items[i].kind), *due ? due : "-",
               ctl_text(ctl, items[i].text_en));
    }
    return CTL_OK;
}

int command_obligation(struct ctl *ctl)
{
    struct str what;

    if (ctl->argc < 1)
        return usage();
    what = str_from(ctl->argv[0]);
    ctl->argc--;
    ctl->argv++;
    if (str_is(what, "list"))
        return list(ctl);
    if (str_is(what, "open") || str_is(what, "close"))
        return change(ctl, str_is(what, "open"));
    return usage();
}
