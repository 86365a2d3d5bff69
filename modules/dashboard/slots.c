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
};
static VIEW_TYPE(file_view_type, struct file_view, file_fields);

static const struct view_field slot_fields[] = {
    VIEW_F(struct slot_view, key, VIEW_STR),
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
    VIEW_F(struct slot_view, may_accept, VIEW_BOOL),
    VIEW_F(struct slot_view, may_ask, VIEW_BOOL),
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
    };
    if (rule != NULL)
        file.kind = keyed_text(
            page, definition,
            (struct keyed_texts){rule->kind_keys, rule->kinds, rule->kind_count},
            row->kind_key);
    return file;
}

static struct slot_view slot_of(const struct page *page,
                                const struct request_dossier *dossier,
                                const struct staff_slot *row,
                                const struct slot_rule *rule)
{
    const struct definition *definition = dossier->definition;
    bool open = str_is(dossier->request.state, "submitted") ||
                str_is(dossier->request.state, "waiting_for_customer");
    bool work = open && page_may(page, RIGHT_INTAKE_WORK);
    bool asked = str_is(row->state, "rejected");
    struct slot_view slot = {
        .key = row->slot_key,
        .title = row->slot_key,
        .required = row->required,
        .state = slot_state_label(row->state),
        .state_class = slot_state_class(row->state),
        .version = str_format(page->arena, "%lld", (long long)row->version),
        .asked = asked,
        .asked_by = asked ? row->asked_by_name : STR_NONE,
        .asked_at = asked ? row->asked_at : INSTANT_NONE,
        .due_at = asked ? row->due_at : INSTANT_NONE,
        .reason_text = asked ? row->reason_text : STR_NONE,
        .late = asked && row->due_at != INSTANT_NONE && row->due_at < page->now,
        .may_accept = work && str_is(row->state, "filled"),
        .may_ask = work && (str_is(row->state, "filled") || str_is(row->state, "empty")),
    };
    if (rule == NULL)
        return slot;
    slot.title = page_definition_text(page, definition, rule->title);
    slot.description = page_definition_text(page, definition, rule->description);
    if (asked)
        slot.reason = keyed_text(
            page, definition,
            (struct keyed_texts){rule->reason_keys, rule->reasons, rule->reason_count},
            row->reason_key);
    return slot;
}

/* The rows come slot by slot; a slot without a file has one row with document_id 0. */
struct view_list dossier_slots(struct page *page, const struct request_dossier *dossier)
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
    return (struct view_list){slots, slot_count};
}
