#include "store/master_data.h"
#include "app/instance/attribute_change.h"
#include "app/services/handlers.h"

enum err service_master_data_apply(struct service_call *call, enum service_answer *out)
{
    struct staff_tx *tx = call->tx;
    struct attribute_change_of of = {
        .company_id = tx->request.company_id,
        .base = tx->request.base,
        .inputs = call->inputs,
        .today = call->today,
    };
    struct attribute_changes changes;
    enum err err = attribute_changes(tx->db, tx->arena, &of, &changes);
    if (err != OK)
        return err;
    if (changes.conflict && !call->force) {
        call->obstacle = N_("The master data have changed since the request began.");
        *out = SERVICE_OBSTACLE;
        return OK;
    }
    struct master_data_new *rows =
        ARENA_ARRAY(tx->arena, struct master_data_new, changes.count + 1);
    for (size_t i = 0; i < changes.count; i++) {
        const struct attribute_change *change = &changes.items[i];
        rows[i] =
            (struct master_data_new){change->key, changes.valid_from, change->new_value};
        if (!str_eq(change->current_value, change->new_value))
            staff_tx_history(
                tx, HISTORY_OF("company_attribute", tx->request.company_id, 1),
                str_c(tx->arena, change->key), change->current_value, change->new_value);
    }
    *out = SERVICE_CARRIED_OUT;
    return master_data_insert(tx->db, tx->arena, tx->request.company_id, tx->request.id,
                              rows, changes.count, tx->actor->now);
}
