/* summary.c: answers and documents as lists of old and new values. */
#include "summary.h"

#include "app/request/request_check.h"
#include "app/request/request_world.h"

static const struct view_field document_fields[] = {
    VIEW_F(struct document_view, key, VIEW_STR),
    VIEW_H(struct document_view, id, VIEW_STR),
    VIEW_F(struct document_view, item, VIEW_INT),
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
    VIEW_F(struct document_view, original, VIEW_BOOL),
    VIEW_F(struct document_view, original_on, VIEW_DAY),
};
VIEW_TYPE(document_view_type, struct document_view, document_fields);

struct view_list summary_groups(struct page *page, const struct request_full *full)
{
    const struct request_facts facts = request_known(full, NULL);
    return answers_groups(page, full->definition, &facts);
}

/* A document beside its slot and request. */
struct shown {
    const struct request_full *full;
    const struct request_slot *slot;
    const struct request_slot_row *row;
};

/* Nobody checks a document of a request that has ended. */
static bool is_checked_now(const struct request_full *full)
{
    return full->state == REQUEST_SUBMITTED ||
           full->state == REQUEST_WAITING_FOR_CUSTOMER || full->state == REQUEST_RELEASED;
}

static const char *document_label(const struct shown *d)
{
    const struct request_slot_row *row = d->row;
    if (str_is(row->state, "rejected"))
        return request_document_takes_file(d->full, row) ? N_("Please send another one")
                                                         : N_("Not accepted");
    if (str_is(row->state, "accepted"))
        return str_is(row->correctness, "open") && is_checked_now(d->full)
                   ? N_("Complete, being examined")
                   : N_("Accepted");
    if (d->slot->rule->original && row->original_on == DAY_NONE)
        return d->full->state == REQUEST_DRAFT ? N_("Original by post")
                                               : N_("Waiting for the original");
    if (str_is(row->state, "empty"))
        return d->slot->now.required ? N_("Missing") : N_("Not given");
    return is_checked_now(d->full) ? N_("Being checked") : N_("Uploaded");
}

static struct str document_tag(const struct request_slot_row *row)
{
    if (str_is(row->state, "rejected"))
        return STR("k-tag--alert");
    return str_is(row->state, "accepted") ? STR("k-tag--done") : STR("");
}

static struct str reason_of(const struct page *page, const struct shown *d)
{
    const struct slot_rule *rule = d->slot->rule;
    for (size_t i = 0; i < rule->reason_count; i++) {
        if (str_eq(rule->reason_keys[i], d->row->reason_key))
            return page_definition_text(page, d->full->definition, rule->reasons[i]);
    }
    return STR_NONE;
}

/* What is known of the file itself. */
static void show_file(const struct page *page, const struct shown *d,
                      struct document_view *out)
{
    const struct request_slot_row *row = d->row;
    int kind = request_document_kind(d->slot, row);
    if (row->document_id == 0)
        return;
    out->has_file = true;
    out->public_id = row->public_id;
    out->file_name = row->file_name;
    out->size_bytes = row->size_bytes;
    out->kind = kind < 0 ? STR_NONE
                         : page_definition_text(page, d->full->definition,
                                                d->slot->rule->kinds[kind]);
    out->issued_on = row->issued_on;
    out->uploaded_at = row->uploaded_at;
    out->uploaded_by = row->uploaded_by_name;
}

static struct document_view show(struct page *page, const struct shown *d)
{
    const struct request_slot_row *row = d->row;
    const struct slot_rule *rule = d->slot->rule;
    bool rejected = str_is(row->state, "rejected");
    struct str title = page_definition_text(page, d->full->definition, rule->title);
    struct document_view view = {
        .key = row->slot_key,
        .id = row->slot_key,
        .item = row->item,
        .title = title,
        .state_label = document_label(d),
        .tag_class = document_tag(row),
        .issued_on = DAY_NONE,
        .uploaded_at = INSTANT_NONE,
        .required = d->slot->now.required,
        .optional = !d->slot->now.required,
        .rejected = rejected,
        .reason = rejected ? reason_of(page, d) : STR_NONE,
        .reason_text = rejected ? row->reason_text : STR_NONE,
        .due_at = rejected ? row->due_at : INSTANT_NONE,
        .takes_file = page_may(page, RIGHT_REQUEST_EDIT) &&
                      request_document_takes_file(d->full, row),
        .original = rule->original,
        .original_on = row->original_on,
    };
    if (d->slot->document_count > 1)
        view.title =
            str_format(page->arena, "%.*s (%lld)", STR_ARG(title), (long long)row->item);
    if (row->item > 1)
        view.id = str_format(page->arena, "%.*s-%lld", STR_ARG(row->slot_key),
                             (long long)row->item);
    show_file(page, d, &view);
    return view;
}

/* Appends a line per document; of a slot without any, one that says so. */
static size_t show_slot(struct page *page, const struct request_full *full,
                        const struct request_slot *slot, struct document_view *out)
{
    size_t count = 0;
    for (size_t i = 0; i < slot->item_count; i++) {
        const struct shown d = {full, slot, &slot->items[i]};
        if (slot->items[i].document_id != 0 || !str_is(slot->items[i].state, "empty") ||
            (i == 0 && slot->document_count == 0))
            out[count++] = show(page, &d);
    }
    return count;
}

struct view_list summary_slot_documents(struct page *page,
                                        const struct request_full *full,
                                        const struct request_slot *slot)
{
    struct document_view *items =
        ARENA_ARRAY(page->arena, struct document_view, slot->item_count);
    size_t count = show_slot(page, full, slot, items);
    return (struct view_list){items, count};
}

struct view_list summary_documents(struct page *page, const struct request_full *full)
{
    size_t most = 0, count = 0;
    for (size_t i = 0; i < full->slot_count; i++)
        most += full->slots[i].item_count;
    struct document_view *items = ARENA_ARRAY(page->arena, struct document_view, most);
    for (size_t i = 0; i < full->slot_count; i++)
        count += show_slot(page, full, &full->slots[i], items + count);
    return (struct view_list){items, count};
}
