#include "app/request/request_slots.h"

#include "base/vec.h"
#include "app/request/request_world.h"

#define LIST_BYTES_MAX ((size_t)1 << 20)

void request_slots_group(struct request_full *full, struct arena *arena,
                         const struct request_slot_row *rows, size_t count)
{
    const struct definition *definition = full->definition;
    full->every_slot = ARENA_ARRAY(arena, struct request_slot, count);
    full->every_slot_count = 0;
    for (size_t i = 0; i < count;) {
        struct request_slot slot = {
            .row = rows[i],
            .rule =
                slot_find(definition->slots, definition->slot_count, rows[i].slot_key),
            .items = &rows[i]};
        for (; i < count && str_eq(rows[i].slot_key, slot.row.slot_key); i++) {
            slot.item_count++;
            slot.document_count += rows[i].document_id != 0;
        }
        if (slot.rule != NULL)
            full->every_slot[full->every_slot_count++] = slot;
    }
}

static void note_expression(void *context, const struct feel_node *expression)
{
    (void)expression;
    *(bool *)context = true;
}

static bool asks_answers(const struct request_full *full)
{
    bool found = false;
    for (size_t i = 0; i < full->every_slot_count; i++)
        slot_expressions(full->every_slot[i].rule, note_expression, &found);
    return found;
}

/* As it was stored: what is required is a property of its rows. */
static struct slot_now stored(const struct request_slot *slot)
{
    struct slot_now now = {
        .shown = slot->row.applies, .min = 1, .max = (int64_t)slot->item_count};
    for (size_t i = 0; i < slot->item_count; i++)
        now.required |= now.shown && slot->items[i].required;
    return now;
}

void request_slots_resolve(struct request_full *full, struct arena *arena)
{
    bool draft = full->state == REQUEST_DRAFT;
    struct form_world world = {.today = full->today};
    if (draft && asks_answers(full))
        world = request_world(full, arena);
    full->slots = ARENA_ARRAY(arena, struct request_slot, full->every_slot_count);
    full->slot_count = 0;
    for (size_t i = 0; i < full->every_slot_count; i++) {
        struct request_slot *slot = &full->every_slot[i];
        slot->now = draft ? slot_resolve(arena, slot->rule, &world) : stored(slot);
        if (slot->now.shown)
            full->slots[full->slot_count++] = *slot;
    }
}

static void put_item(struct buf *list, struct str item)
{
    if (list->len > 0)
        buf_put_char(list, ',');
    buf_put(list, item);
}

struct request_slots_stored request_slots_to_store(const struct request_full *full,
                                                   struct arena *arena)
{
    struct request_slots_stored out = {0};
    struct buf applies = buf_init(arena, LIST_BYTES_MAX);
    struct buf required = buf_init(arena, LIST_BYTES_MAX);
    for (size_t i = 0; i < full->every_slot_count; i++) {
        const struct request_slot *slot = &full->every_slot[i];
        if (slot->now.shown)
            put_item(&applies, slot->row.slot_key);
        for (size_t k = 0; k < slot->item_count; k++) {
            const struct request_slot_row *row = &slot->items[k];
            /* Without a file there is one thing to wait for: the original. */
            bool wanted = slot->now.required && (row->document_id != 0 ||
                                                 (k == 0 && slot->document_count == 0));
            if (wanted)
                put_item(&required, str_format(arena, "%lld", (long long)row->id));
            out.changed |= row->applies != slot->now.shown || row->required != wanted;
        }
    }
    out.applies = buf_str(&applies);
    out.required = buf_str(&required);
    return out;
}
