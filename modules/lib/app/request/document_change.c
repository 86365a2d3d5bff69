#include "app/request/document.h"

#include "base/random.h"
#include "formats/json.h"
#include "store/trail.h"
#include "app/request/document_age.h"

static struct str new_public_id(struct arena *arena)
{
    uint8_t id[16];
    random_bytes(id, sizeof(id));
    return str_hex(arena, id, sizeof(id));
}

/** What every change of a slot carries through its transaction. */
struct change {
    const struct actor *actor;
    const struct document_target *target;
    const struct document_accepted *file; /**< NULL: empty the slot */
    const struct document_file *source; /**< the document used again; NULL: a new file */
    enum document_outcome outcome;
};

/** The rows of the slot as they are now, under the request's lock. */
static enum err lock_slot(struct db *db, struct arena *arena, const struct change *change,
                          struct db_rows *out)
{
    int64_t company_id = change->actor->principal->company_id;
    const struct upload_slot *slot = &change->target->slot;
    const struct upload_slot_query query = {
        .board = principal_sees_board(change->actor->principal),
        .reference = slot->reference,
        .slot_key = slot->slot_key,
    };
    enum err err =
        upload_request_lock(db, arena, company_id, query.board, slot->reference);
    if (err != OK) {
        return err;
    }
    return upload_slot_list(db, arena, company_id, &query, out);
}

static enum err write_trail(struct db *db, struct arena *arena,
                            const struct change *change, const struct upload_slot *before,
                            struct str public_id)
{
    const struct actor *actor = change->actor;
    const struct document_accepted *file = change->file;
    struct str after_state = file != NULL ? STR("filled") : STR("empty");
    struct history_row rows[2] = {
        {.field = "document",
         .old_value = before->file_name,
         .new_value = file != NULL ? file->file_name : STR_NONE},
        {.field = "state", .old_value = before->state, .new_value = after_state},
    };
    size_t count = str_eq(before->state, after_state) ? 1 : 2;
    for (size_t i = 0; i < count; i++) {
        rows[i].request_id = before->request_id;
        rows[i].object = "document_slot";
        rows[i].object_id = before->id;
        rows[i].version = before->version + 1;
        rows[i].person_id = actor->principal->person_id;
        rows[i].changed_at = actor->now;
    }
    enum err err = history_insert(db, rows, count);
    if (err != OK) {
        return err;
    }
    json_t *detail = json_new_object(arena);
    json_set_str(detail, "slot", before->slot_key);
    json_set_str(detail, "document", file != NULL ? public_id : before->public_id);
    if (file != NULL) {
        json_set_str(detail, "sha256", str_hex(arena, file->sha256, SHA256_BYTES));
    }
    if (change->source != NULL) {
        json_set_str(detail, "reused", change->source->public_id);
    }
    struct audit_row audit = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = file != NULL ? "document.provided" : "document.removed",
        .person_id = actor->principal->person_id,
        .company_id = actor->principal->company_id,
        .request_id = before->request_id,
        .object = before->reference,
        .detail = json_write(arena, detail),
    };
    return audit_insert(db, &audit);
}

/** After submission intake must learn of it: the worker applies the event. */
static enum err queue_event(struct db *db, struct arena *arena,
                            const struct change *change, const struct upload_slot *slot,
                            int64_t document_id)
{
    json_t *payload = json_new_object(arena);
    json_set_str(payload, "slot", slot->slot_key);
    json_set_int(payload, "document_id", document_id);
    json_set_int(payload, "provided_us", change->actor->now);
    struct document_event event = {
        .unique_key = str_format(arena, "document-provided:%lld", (long long)document_id),
        .request_id = slot->request_id,
        .payload = json_write(arena, payload),
        .created_at = change->actor->now,
    };
    return document_event_insert(db, &event);
}

static enum err insert_accepted(struct db *db, struct arena *arena,
                                const struct change *change,
                                const struct upload_slot *slot, struct str public_id,
                                int64_t *id_out)
{
    const struct document_accepted *file = change->file;
    struct document_new row = {
        .public_id = public_id,
        .slot_id = slot->id,
        .file_name = file->file_name,
        .size_bytes = file->size_bytes,
        .media_type = str_from(file->media_type),
        .sha256 = {(const char *)file->sha256, SHA256_BYTES},
        .kind_key = file->kind_key,
        .issued_on = file->issued_on,
        .reused_id = change->source != NULL ? change->source->id : 0,
        .uploaded_by = change->actor->principal->person_id,
        .uploaded_at = change->actor->now,
    };
    return document_insert(db, change->actor->principal->company_id, &row, id_out);
}

static bool same_file(const struct upload_slot *slot,
                      const struct document_accepted *file)
{
    struct str sha = {(const char *)file->sha256, SHA256_BYTES};
    return str_is(slot->state, "filled") && str_eq(slot->sha256, sha) &&
           str_eq(slot->kind_key, file->kind_key) && slot->issued_on == file->issued_on;
}

/** The slot has this file already: a double click, a lost reply. */
static bool is_there(const struct db_rows *rows, const struct document_accepted *file)
{
    const struct upload_slot *slots = rows->items;
    for (size_t i = 0; i < rows->count; i++) {
        if (same_file(&slots[i], file)) {
            return true;
        }
    }
    return false;
}

/** Documents that the slot may hold as far as this program can know: it does not read answers. The
 *  exact number is checked at submission. */
static size_t most_documents(const struct slot_rule *rule)
{
    return rule->max.expression != NULL ? SLOT_DOCUMENTS_MAX : (size_t)rule->max.constant;
}

/** The row that gets the file; NULL if none does (the outcome says why). `*add_out`: a further one is needed. */
static const struct upload_slot *choose_row(struct change *change,
                                            const struct db_rows *rows, bool *add_out)
{
    const struct upload_slot *slots = rows->items;
    int64_t item = change->target->item;
    bool draft = str_is(slots[0].request_state, "draft");
    size_t most = most_documents(change->target->rule);
    *add_out = false;
    for (size_t i = 0; i < rows->count; i++) {
        bool meant = item != 0 ? slots[i].item == item
                               : !draft || most == 1 || slots[i].document_id == 0;
        if (meant && document_slot_takes(slots[i].request_state, slots[i].state)) {
            return &slots[i];
        }
    }
    if (draft && item == 0 && rows->count < most) {
        *add_out = true;
        return &slots[rows->count - 1];
    }
    change->outcome = draft && item == 0 ? DOCUMENT_FULL : DOCUMENT_CLOSED;
    return NULL;
}

static enum err add_row(struct db *db, const struct change *change,
                        const struct upload_slot *last, struct upload_slot *out)
{
    *out = (struct upload_slot){
        .request_id = last->request_id,
        .reference = last->reference,
        .request_state = last->request_state,
        .slot_key = last->slot_key,
        .item = last->item + 1,
        .state = STR("empty"),
        .version = 1,
        .issued_on = DAY_NONE,
    };
    return upload_slot_add(db, change->actor->principal->company_id,
                           change->target->slot.id, out->item, &out->id);
}

static enum err fill_row(struct db *db, struct arena *arena, struct change *change,
                         const struct upload_slot *slot)
{
    int64_t company_id = change->actor->principal->company_id;
    struct str public_id = new_public_id(arena);
    int64_t document_id = 0;
    enum err err = insert_accepted(db, arena, change, slot, public_id, &document_id);
    if (err == OK) {
        err = upload_slot_fill(db, company_id, slot->id, slot->version, document_id);
    }
    if (err == OK) {
        err = upload_request_touch(db, company_id, slot->request_id, change->actor->now);
    }
    if (err == OK) {
        err = write_trail(db, arena, change, slot, public_id);
    }
    if (err == OK && !str_is(slot->request_state, "draft")) {
        err = queue_event(db, arena, change, slot, document_id);
    }
    if (err == OK) {
        change->outcome = DOCUMENT_TAKEN;
    }
    return err;
}

static enum err take_tx(struct db *db, struct arena *arena, void *context)
{
    struct change *change = context;
    struct db_rows rows;
    struct upload_slot added;
    bool add;
    enum err err = lock_slot(db, arena, change, &rows);
    if (err != OK) {
        return err;
    }
    if (is_there(&rows, change->file)) {
        change->outcome =
            DOCUMENT_REPEATED; /* before the state: a double click fills it first */
        return OK;
    }
    const struct upload_slot *slot = choose_row(change, &rows, &add);
    if (slot == NULL) {
        return OK;
    }
    if (add) {
        err = add_row(db, change, slot, &added);
        slot = &added;
    }
    return err == OK ? fill_row(db, arena, change, slot) : err;
}

enum err app_document_take(const struct actor *actor,
                           const struct document_target *target,
                           const struct document_accepted *file,
                           enum document_outcome *out)
{
    struct change change = {.actor = actor, .target = target, .file = file};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, take_tx, &change);
    if (err == OK) {
        *out = change.outcome;
    }
    return err;
}

struct refusal_context {
    const struct actor *actor;
    const struct document_target *target;
    const struct document_refused *file;
};

static enum err refuse_tx(struct db *db, struct arena *arena, void *context)
{
    const struct refusal_context *c = context;
    const struct actor *actor = c->actor;
    const struct upload_slot *slot = &c->target->slot;
    struct str key = str_from(file_refusal_key(c->file->refusal));
    struct document_new row = {
        .public_id = new_public_id(arena),
        .slot_id = slot->id,
        .refusal = key,
        .file_name = str_is_empty(c->file->file_name) ? STR("") : c->file->file_name,
        .size_bytes = c->file->size_bytes,
        .media_type = str_is_empty(c->file->media_type) ? STR("application/octet-stream")
                                                        : c->file->media_type,
        .sha256 = STR_NONE,
        .kind_key = c->file->kind_key,
        .issued_on = c->file->issued_on,
        .uploaded_by = actor->principal->person_id,
        .uploaded_at = actor->now,
    };
    int64_t id = 0;
    enum err err = document_insert(db, actor->principal->company_id, &row, &id);
    if (err != OK) {
        return err;
    }
    json_t *detail = json_new_object(arena);
    json_set_str(detail, "slot", slot->slot_key);
    json_set_str(detail, "refusal", key);
    struct audit_row audit = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = "document.refused",
        .person_id = actor->principal->person_id,
        .company_id = actor->principal->company_id,
        .request_id = slot->request_id,
        .object = slot->reference,
        .detail = json_write(arena, detail),
    };
    return audit_insert(db, &audit);
}

enum err app_document_refuse(const struct actor *actor,
                             const struct document_target *target,
                             const struct document_refused *file)
{
    struct refusal_context context = {actor, target, file};
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, refuse_tx, &context);
}

static enum err remove_tx(struct db *db, struct arena *arena, void *context)
{
    struct change *change = context;
    int64_t company_id = change->actor->principal->company_id;
    struct db_rows rows;
    const struct upload_slot *slot = NULL;
    enum err err = lock_slot(db, arena, change, &rows);
    if (err != OK) {
        return err;
    }
    const struct upload_slot *slots = rows.items;
    for (size_t i = 0; i < rows.count && slot == NULL; i++) {
        if (slots[i].item == change->target->item || change->target->item == 0) {
            slot = &slots[i];
        }
    }
    if (slot == NULL) {
        return ERR_NOT_FOUND;
    }
    if (!str_is(slot->request_state, "draft")) {
        change->outcome = DOCUMENT_CLOSED;
        return OK;
    }
    if (slot->document_id == 0) {
        change->outcome = DOCUMENT_REPEATED;
        return OK;
    }
    err = upload_slot_fill(db, company_id, slot->id, slot->version, 0);
    if (err == OK) {
        err = upload_request_touch(db, company_id, slot->request_id, change->actor->now);
    }
    if (err == OK) {
        err = write_trail(db, arena, change, slot, STR_NONE);
    }
    if (err == OK) {
        change->outcome = DOCUMENT_TAKEN;
    }
    return err;
}

enum err app_document_remove(const struct actor *actor,
                             const struct document_target *target,
                             enum document_outcome *out)
{
    struct change change = {.actor = actor, .target = target};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, remove_tx, &change);
    if (err == OK) {
        *out = change.outcome;
    }
    return err;
}

/** The slot's rules hold for a file used again as for a new one. */
static bool fits(const struct actor *actor, const struct document_target *target,
                 const struct document_file *source)
{
    struct str kind;
    day_no day;
    struct document_statement statement = {
        .kind_key = source->kind_key,
        .issued_on = source->issued_on == DAY_NONE
                         ? STR_NONE
                         : day_format_iso(actor->arena, source->issued_on),
    };
    if (!target->rule->reuse || source->spent || source->sha256.len != SHA256_BYTES ||
        document_statement_check(target, &statement, &kind, &day) != FILE_OK ||
        !document_still_good(target->rule, (size_t)slot_find_kind(target->rule, kind),
                             day, target->today)) {
        return false;
    }
    const struct file_type *type = file_type_by_media(source->media_type);
    const struct slot_rule *rule = target->rule;
    bool allowed = type != NULL && rule->media_type_count == 0;
    for (size_t i = 0; type != NULL && i < rule->media_type_count && !allowed; i++) {
        allowed = file_type_is(type, rule->media_types[i]);
    }
    return allowed;
}

enum err app_document_reuse(const struct actor *actor,
                            const struct document_target *target, struct str public_id,
                            enum document_outcome *out)
{
    struct document_file source;
    enum err err = document_of_company(
        actor->db, actor->arena, actor->principal->company_id,
        target->board && principal_sees_board(actor->principal), public_id, &source);
    if (err != OK) {
        return err;
    }
    if (!fits(actor, target, &source)) {
        *out = DOCUMENT_UNFIT;
        return OK;
    }
    struct document_accepted file = {
        .file_name = source.file_name,
        .size_bytes = source.size_bytes,
        .media_type = str_c(actor->arena, source.media_type),
        .kind_key = source.kind_key,
        .issued_on = source.issued_on,
    };
    memcpy(file.sha256, source.sha256.ptr, SHA256_BYTES);
    struct change change = {
        .actor = actor, .target = target, .file = &file, .source = &source};
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, take_tx, &change);
    if (err == OK) {
        *out = change.outcome;
    }
    return err;
}
