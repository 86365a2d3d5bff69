#include "app/request/document.h"

#include "formats/locale.h"
#include "store/access_log.h"
#include "store/trail.h"
#include "app/request/document_age.h"

bool document_slot_takes(struct str request_state, struct str slot_state)
{
    if (str_is(request_state, "draft")) {
        return true;
    }
    bool under_way = str_is(request_state, "submitted") ||
                     str_is(request_state, "waiting_for_customer") ||
                     str_is(request_state, "released");
    return under_way && str_is(slot_state, "rejected");
}

static bool any_row_takes(const struct db_rows *rows)
{
    const struct upload_slot *slots = rows->items;
    for (size_t i = 0; i < rows->count; i++) {
        if (document_slot_takes(slots[i].request_state, slots[i].state)) {
            return true;
        }
    }
    return false;
}

enum err app_document_target(const struct actor *actor, struct definitions *definitions,
                             struct str reference, struct str slot_key,
                             struct document_target *out)
{
    struct document_target target = {0};
    const struct upload_slot_query query = {
        .board = principal_sees_board(actor->principal),
        .reference = reference,
        .slot_key = slot_key,
    };
    struct db_rows rows;
    enum err err = upload_slot_list(actor->db, actor->arena, actor->principal->company_id,
                                    &query, &rows);
    if (err != OK) {
        return err;
    }
    target.slot = *(const struct upload_slot *)rows.items;
    if (str_is(target.slot.request_state, "discarded")) {
        return ERR_NOT_FOUND;
    }
    const struct definition *definition = NULL;
    err = definitions_get(definitions, actor->db, target.slot.definition_id, &definition);
    if (err != OK) {
        return err;
    }
    target.rule =
        slot_find(definition->slots, definition->slot_count, target.slot.slot_key);
    target.board = definition_is_board(definition);
    if (target.rule == NULL) {
        return ERR_NOT_FOUND;
    }
    target.today = locale_day_of(actor->now, target.slot.company_zone);
    target.open = any_row_takes(&rows);
    *out = target;
    return OK;
}

/** Index of the kind that is stated, or the only one; -1 for none. */
static int stated_kind(const struct slot_rule *rule, struct str kind_key)
{
    return str_is_empty(kind_key) && rule->kind_count == 1
               ? 0
               : slot_find_kind(rule, kind_key);
}

enum file_refusal document_statement_check(const struct document_target *target,
                                           const struct document_statement *statement,
                                           struct str *kind_out, day_no *day_out)
{
    const struct slot_rule *rule = target->rule;
    int kind = stated_kind(rule, statement->kind_key);
    if (kind < 0) {
        return FILE_KIND_MISSING;
    }
    *kind_out = rule->kind_keys[kind];
    day_no day = DAY_NONE;
    if (!str_is_empty(statement->issued_on) &&
        day_parse(statement->issued_on, &day) != OK) {
        return FILE_DATE_INVALID;
    }
    *day_out = day;
    struct slot_age age = rule->kind_max_age[kind];
    if (day == DAY_NONE && slot_age_is_limited(age)) {
        return FILE_DATE_MISSING;
    }
    if (day != DAY_NONE && day > target->today) {
        return FILE_DATE_FUTURE;
    }
    if (document_too_old(day, target->today, age)) {
        return FILE_TOO_OLD;
    }
    return FILE_OK;
}

/** Staff opened a customer's document, in the support view or not. */
static enum err log_look(const struct actor *actor, const struct document_file *file)
{
    struct access_log_row row = {
        .at = actor->now,
        .person_id = actor->principal->person_id,
        .company_id = file->company_id,
        .kind = "document",
        .object = file->public_id,
        .trace_id = actor->trace_id,
    };
    return access_log_insert(actor->db, &row);
}

enum err app_document_open(const struct actor *actor, struct str public_id,
                           struct document_file *out)
{
    const struct principal *who = actor->principal;
    struct document_file file;
    enum err err = ERR_NOT_FOUND;
    if (who->company_id != 0 && rights_include(who->rights, RIGHT_REQUEST_READ)) {
        err = document_of_company(actor->db, actor->arena, who->company_id,
                                  principal_sees_board(who), public_id, &file);
    } else if (who->company_id == 0 && (rights_include(who->rights, RIGHT_INTAKE_READ) ||
                                        rights_include(who->rights, RIGHT_TICKET_READ))) {
        err = document_for_staff(actor->db, actor->arena, public_id, &file);
    }
    if (err != OK) {
        return err;
    }
    struct audit_row audit = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = "document.opened",
        .person_id = who->person_id,
        .company_id = file.company_id,
        .request_id = file.request_id,
        .object = file.public_id,
    };
    err = audit_insert(actor->db, &audit);
    if (err == OK && who->is_staff) {
        err = log_look(actor, &file);
    }
    if (err == OK) {
        *out = file;
    }
    return err;
}
