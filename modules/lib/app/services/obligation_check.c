#include "store/obligation.h"
#include "app/services/handlers.h"

enum err service_obligation_check(struct service_call *call, enum service_answer *out)
{
    struct staff_tx *tx = call->tx;
    struct buf names = buf_init(tx->arena, 100 * 70);
    struct db_rows rows = {0};
    enum err err = obligation_lock_open(tx->db, tx->arena, tx->request.company_id, &rows);

    if (err != OK)
        return err;
    const struct obligation_row *items = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        buf_put(&names, i > 0 ? STR(", ") : STR(""));
        buf_put(&names, items[i].reference);
    }
    *out = rows.count > 0 ? SERVICE_BPMN_ERROR : SERVICE_CARRIED_OUT;
    call->error_code = STR("open-obligations");
    call->obstacle = N_("The company has open obligations: {0}.");
    call->about = buf_str(&names);
    return OK;
}
