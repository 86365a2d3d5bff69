/* summary.c: answers and documents as lists of old and new values. */
#include "summary.h"

#include "app/request_check.h"
#include "app/request_world.h"

static const struct view_field document_fields[] = {
    VIEW_F(struct document_view, key, VIEW_STR),
    VIEW_F(struct document_view, title, VIEW_STR),
    VIEW_F(struct document_view, state_label, VIEW_MSG),
    VIEW_H(struct document_view, tag_class, VIEW_STR),
    VIEW_F(struct document_view, has_file, VIEW_BOOL),
    VIEW_F(struct document_view, public_id, VIEW_STR),
    VIEW_F(struct document_view, file_name, VIEW_STR),
    VIEW_F(struct document_view, size_bytes, VIEW_BYTES),
    VIEW_F(struct document_view, kind, VIEW_STR),
    VIEW_F(struct document_view, issued_on, VIEW_DAY),
    VIEW_F(struct document_view, uploaded_at, VIEW_INSTANT),
    VIEW_F(struct document_view, uploaded_by, VIEW_STR),
    VIEW_F(struct document_view, required, VIEW_BOOL),
    VIEW_H(struct document_view, optional, VIEW_BOOL),
    VIEW_F(struct document_view, rejected, VIEW_BOOL),
    VIEW_F(struct document_view, reason, VIEW_STR),
    VIEW_F(struct document_view, reason_text, VIEW_STR),
    VIEW_F(struct document_view, due_at, VIEW_INSTANT),
    VIEW_F(struct document_view, takes_file, VIEW_BOOL),
};
VIEW_TYPE(document_view_type, struct document_view, document_fields);

struct view_list summary_groups(struct page *page, const struct request_full *full)
{
    const struct request_facts facts = request_known(full, NULL);
    return answers_groups(page, full->definition, &facts);
}

static const char *slot_state_label(const struct request_full *full,
                                    const struct request_slot *slot)
{
    if (str_is(slot->row.state, "rejected"))
        return request_slot_takes_file(full, slot) ? N_("Please send another one")
                                                   : N_("Not accepted");
    if (str_is(slot->row.state, "accepted"))
        return N_("Accepted");
    if (str_is(slot->row.state, "empty"))
        return slot->row.required ? N_("Missing") : N_("Not given");
    /* Nobody checks a document of a request that has ended. */
    bool in_intake = full->state == REQUEST_SUBMITTED ||
                     full->state == REQUEST_WAITING_FOR_CUSTOMER ||
                     full->state == REQUEST_RELEASED;
    return in_intake ? N_("Being checked") : N_("Uploaded");
}

static struct str slot_tag(const struct request_slot *slot)
{
    if (str_is(slot->row.state, "rejected"))
        return STR("k-tag--alert");
    return str_is(slot->row.state, "accepted") ? STR("k-tag--done") : STR("");
}

static struct str reason_of(const struct page *page, const struct request_full *full,
                            const struct request_slot *slot)
{
    for (size_t i = 0; i < slot->rule->reason_count; i++) {
        if (str_eq(slot->rule->reason_keys[i], slot->row.reason_key))
            return page_definition_text(page, full->definition, slot->rule->reasons[i]);
    }
    return STR_NONE;
}

void summary_document(struct page *page, const struct request_full *full,
                      const struct request_slot *slot, struct document_view *out)
{
    int kind = request_slot_kind(slot);
    bool rejected = str_is(slot->row.state, "rejected");
    *out = (struct document_view){
        .key = slot->row.slot_key,
        .title = page_definition_text(page, full->definition, slot->rule->title),
        .state_label = slot_state_label(full, slot),
        .tag_class = slot_tag(slot),
        .has_file = slot->row.document_id != 0,
        .public_id = slot->row.public_id,
        .file_name = slot->row.file_name,
        .size_bytes = slot->row.size_bytes,
        .kind = kind < 0 ? STR_NONE
                         : page_definition_text(page, full->definition,
                                                slot->rule->kinds[kind]),
        .issued_on = slot->row.document_id != 0 ? slot->row.issued_on : DAY_NONE,
        .uploaded_at = slot->row.document_id != 0 ? slot->row.uploaded_at : INSTANT_NONE,
        .uploaded_by = slot->row.uploaded_by_name,
        .required = slot->row.required,
        .optional = !slot->row.required,
        .rejected = rejected,
        .reason = rejected ? reason_of(page, full, slot) : STR_NONE,
        .reason_text = rejected ? slot->row.reason_text : STR_NONE,
        .due_at = rejected ? slot->row.due_at : INSTANT_NONE,
        .takes_file =
            page_may(page, RIGHT_REQUEST_EDIT) && request_slot_takes_file(full, slot),
    };
}

struct view_list summary_documents(struct page *page, const struct request_full *full)
{
    struct document_view *items =
        ARENA_ARRAY(page->arena, struct document_view, full->slot_count);
    for (size_t i = 0; i < full->slot_count; i++)
        summary_document(page, full, &full->slots[i], &items[i]);
    return (struct view_list){items, full->slot_count};
}
