/* slots.c: the document slots of a dossier. */
#include "dossier.h"

static const struct view_field file_fields[] = {
    VIEW_F(struct file_view, public_id, VIEW_STR),
    VIEW_F(struct file_view, file_name, VIEW_STR),
    VIEW_F(struct file_view, size_bytes, VIEW_BYTES),
    VIEW_F(struct file_view, media_type, VIEW_STR),
    VIEW_F(struct file_view, kind, VIEW_STR),
    VIEW_F(struct file_view, issued_on, VIEW_DAY),
    VIEW_F(struct file_view, uploaded_at, VIEW_INSTANT),
    VIEW_F(struct file_view, uploader, VIEW_STR),
    VIEW_F(struct file_view, current, VIEW_BOOL),
    VIEW_F(struct file_view, outcome, VIEW_MSG),
    VIEW_F(struct file_view, decider, VIEW_STR),
    VIEW_F(struct file_view, decided_at, VIEW_INSTANT),
    VIEW_F(struct file_view, second_outcome, VIEW_MSG),
    VIEW_F(struct file_view, second_decider, VIEW_STR),
    VIEW_F(struct file_view, second_decided_at, VIEW_INSTANT),
    VIEW_F(struct file_view, reused_from, VIEW_STR),
};
static VIEW_TYPE(file_view_type, struct file_view, file_fields);

static const struct view_field slot_fields[] = {
    VIEW_F(struct slot_view, key, VIEW_STR),
    VIEW_F(struct slot_view, item, VIEW_INT),
    VIEW_H(struct slot_view, id, VIEW_STR),
    VIEW_H(struct slot_view, url, VIEW_STR),
    VIEW_H(struct slot_view, page_url, VIEW_STR),
    VIEW_F(struct slot_view, title, VIEW_STR),
    VIEW_F(struct slot_view, description, VIEW_STR),
    VIEW_F(struct slot_view, required, VIEW_BOOL),
    VIEW_F(struct slot_view, state, VIEW_MSG),
    VIEW_H(struct slot_view, state_class, VIEW_STR),
    VIEW_F(struct slot_view, version, VIEW_STR),
    VIEW_F(struct slot_view, asked, VIEW_BOOL),
    VIEW_F(struct slot_view, reason, VIEW_STR),
    VIEW_F(struct slot_view, reason_text, VIEW_STR),
    VIEW_F(struct slot_view, asked_by, VIEW_STR),
    VIEW_F(struct slot_view, asked_at, VIEW_INSTANT),
    VIEW_F(struct slot_view, due_at, VIEW_INSTANT),
    VIEW_F(struct slot_view, late, VIEW_BOOL),
    VIEW_F(struct slot_view, original, VIEW_BOOL),
    VIEW_F(struct slot_view, original_on, VIEW_DAY),
    VIEW_F(struct slot_view, original_by, VIEW_STR),
    VIEW_F(struct slot_view, may_arrive, VIEW_BOOL),
    VIEW_F(struct slot_view, correctness, VIEW_MSG),
    VIEW_H(struct slot_view, correctness_class, VIEW_STR),
    VIEW_F(struct slot_view, examiners, VIEW_STR),
    VIEW_F(struct slot_view, may_accept, VIEW_BOOL),
    VIEW_F(struct slot_view, may_ask, VIEW_BOOL),
    VIEW_H(struct slot_view, may_act, VIEW_BOOL),
    VIEW_SUB(struct slot_view, files, VIEW_LIST, &file_view_type),
};
VIEW_TYPE(slot_view_type, struct slot_view, slot_fields);

const struct slot_rule *dossier_rule(const struct definition *definition, struct str key)
{
    for (size_t i = 0; i < definition->slot_count; i++)
        if (str_eq(definition->slots[i].key, key))
            return &definition->slots[i];
    return NULL;
}

/* Two arrays of a rule side by side: kinds, or reasons. */
struct keyed_texts {
    const struct str *keys;
    const struct str *texts;
    size_t count;
};

static struct str keyed_text(const struct page *page, const struct definition *definition,
                             struct keyed_texts all, struct str key)
{
    for (size_t i = 0; i < all.count; i++)
        if (str_eq(all.keys[i], key))
            return page_definition_text(page, definition, all.texts[i]);
    return key;
}

static struct file_view file_of(const struct page *page,
                                const struct definition *definition,
                                const struct slot_rule *rule,
                                const struct staff_slot *row)
{
    struct file_view file = {
        .public_id = row->public_id,
        .file_name = row->file_name,
        .size_bytes = row->size_bytes,
        .media_type = row->media_type,
        .kind = row->kind_key,
        .issued_on = row->issued_on,
        .uploaded_at = row->uploaded_at,
        .uploader = row->uploader_name,
        .current = row->document_id == row->current_document_id,
        .outcome = str_is_empty(row->outcome) ? NULL : outcome_label(row->outcome),
        .decider = row->decider_name,
        .decided_at = row->decided_at,
        .second_outcome =
            str_is_empty(row->second_outcome) ? NULL : outcome_label(row->second_outcome),
        .second_decider = row->second_decider_name,
        .second_decided_at = row->second_decided_at,
        .reused_from = row->reused_from,
    };
    if (rule != NULL)
        file.kind = keyed_text(
            page, definition,
            (struct keyed_texts){rule->kind_keys, rule->kinds, rule->kind_count},
            row->kind_key);
    return file;
}

/* What this person may do with the document now. */
static void show_actions(const struct page *page, const struct request_dossier *dossier,
                         const struct staff_slot *row, struct slot_view *slot)
{
    struct str state = dossier->request.state;
    const struct slot_rule *rule = dossier_rule(dossier->definition, row->slot_key);
    bool filled = str_is(row->state, "filled");
    if (rule == NULL)
        return;
    bool missing = rule->original && row->original_on == DAY_NONE;
    if (str_is(state, "released")) {
        bool work = slot_may_examine(page->principal, state, rule) &&
                    !str_is_empty(row->correctness) &&
                    !str_is(row->correctness, "accepted") &&
                    (filled || str_is(row->state, "accepted"));
        slot->may_accept = work && !missing;
        slot->may_ask = work;
    } else {
        bool work = page_may(page, RIGHT_INTAKE_WORK) &&
                    (str_is(state, "submitted") || str_is(state, "waiting_for_customer"));
        slot->may_accept = work && filled && !missing;
        slot->may_ask = work && (filled || str_is(row->state, "empty"));
    }
    slot->may_arrive = missing && slot_may_arrive(page->principal, state, rule);
    slot->original = rule->original;
    slot->may_act = slot->may_accept || slot->may_ask || slot->may_arrive;
}

/* Intake judges at the request, a department at its ticket. */
static struct str url_of(const struct page *page, const struct request_dossier *dossier,
                         const struct staff_slot *row)
{
    const struct staff_request *request = &dossier->request;
    bool released = str_is(request->state, "released");
    return page_url(page, "/staff/%s/%.*s/slots/%.*s", released ? "tickets" : "intake",
                    STR_ARG(released ? request->ticket_reference : request->reference),
                    STR_ARG(row->slot_key));
}

/* What was asked again, by whom, until when. */
static void show_asked(const struct page *page, const struct request_dossier *dossier,
                       const struct staff_slot *row, struct slot_view *slot)
{
    const struct slot_rule *rule = dossier_rule(dossier->definition, row->slot_key);
    slot->asked_at = INSTANT_NONE;
    slot->due_at = INSTANT_NONE;
    if (!str_is(row->state, "rejected"))
        return;
    slot->asked = true;
    slot->asked_by = row->asked_by_name;
    slot->asked_at = row->asked_at;
    slot->due_at = row->due_at;
    slot->reason_text = row->reason_text;
    slot->late = row->due_at != INSTANT_NONE && row->due_at < page->now;
    if (rule != NULL)
        slot->reason = keyed_text(
            page, dossier->definition,
            (struct keyed_texts){rule->reason_keys, rule->reasons, rule->reason_count},
            row->reason_key);
}

static struct slot_view slot_of(const struct page *page,
                                const struct request_dossier *dossier,
                                const struct staff_slot *row,
                                const struct slot_rule *rule)
{
    const struct definition *definition = dossier->definition;
    struct slot_view slot = {
        .key = row->slot_key,
        .item = row->item,
        .id = row->slot_key,
        .url = url_of(page, dossier, row),
        .page_url = str_format(page->arena, "%.*s?item=%lld",
                               STR_ARG(url_of(page, dossier, row)), (long long)row->item),
        .title = row->slot_key,
        .required = row->required,
        .state = slot_state_label(row->state),
        .state_class = slot_state_class(row->state),
        .version = str_format(page->arena, "%lld", (long long)row->version),
        .original_on = row->original_on,
        .original_by = row->original_by_name,
    };
    show_asked(page, dossier, row, &slot);
    show_actions(page, dossier, row, &slot);
    if (!str_is_empty(row->correctness)) {
        slot.correctness = correctness_label(row->correctness);
        slot.correctness_class = correctness_class(row->correctness);
    }
    if (rule == NULL)
        return slot;
    slot.title = page_definition_text(page, definition, rule->title);
    slot.description = page_definition_text(page, definition, rule->description);
    if (rule->correctness)
        slot.examiners = rule->checked_by;
    if (row->item > 1) {
        slot.id = str_format(page->arena, "%.*s-%lld", STR_ARG(row->slot_key),
                             (long long)row->item);
        slot.title = str_format(page->arena, "%.*s (%lld)", STR_ARG(slot.title),
                                (long long)row->item);
    }
    return slot;
}

/* Where there are several, the first one is numbered, too. */
static void number_first(struct page *page, struct slot_view *slots, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++)
        if (slots[i].item == 1 && str_eq(slots[i].key, slots[i + 1].key))
            slots[i].title = str_format(page->arena, "%.*s (1)", STR_ARG(slots[i].title));
}

/* The name of the department that examines, instead of its key. */
static enum err name_examiners(struct page *page, struct slot_view *slots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is_empty(slots[i].examiners))
            continue;
        enum err err = page_departments(page, slots[i].examiners, &slots[i].examiners);
        if (err != OK)
            return err;
    }
    return OK;
}

/* The rows come document by document; one without a file has one row with document_id 0. */
enum err dossier_slots(struct page *page, const struct request_dossier *dossier,
                       struct view_list *out)
{
    size_t rows = dossier->slot_count;
    struct slot_view *slots = ARENA_ARRAY(page->arena, struct slot_view, rows + 1);
    struct file_view *files = ARENA_ARRAY(page->arena, struct file_view, rows + 1);
    size_t slot_count = 0;
    size_t file_count = 0;
    int64_t slot_id = 0;
    const struct slot_rule *rule = NULL;
    for (size_t i = 0; i < rows; i++) {
        const struct staff_slot *row = &dossier->slots[i];
        if (row->slot_id != slot_id) {
            slot_id = row->slot_id;
            rule = dossier_rule(dossier->definition, row->slot_key);
            slots[slot_count] = slot_of(page, dossier, row, rule);
            slots[slot_count].files = (struct view_list){&files[file_count], 0};
            slot_count++;
        }
        if (row->document_id != 0) {
            files[file_count++] = file_of(page, dossier->definition, rule, row);
            slots[slot_count - 1].files.count++;
        }
    }
    number_first(page, slots, slot_count);
    *out = (struct view_list){slots, slot_count};
    return name_examiners(page, slots, slot_count);
}
