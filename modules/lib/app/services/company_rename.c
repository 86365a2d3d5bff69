#include "store/master_data.h"
#include "app/upkeep/company_due.h"
#include "app/services/handlers.h"
#include "app/services/register_service.h"

/* The name is master data with a day, as all of them, and stands in the company's row when that day has come. */
enum err service_company_rename(struct service_call *call, enum service_answer *out)
{
    struct staff_tx *tx = call->tx;
    struct register_hand hand;
    struct str name;
    day_no from;
    enum err err = service_text(call->inputs, "name", 200, &name);

    if (err == OK)
        err = service_day(call, "validFrom", &from);
    if (err == OK)
        err = register_begin(&hand, call, DAY_NONE);
    if (err != OK)
        return err;
    *out = SERVICE_CARRIED_OUT;
    const struct master_data_new row = {STR(COMPANY_NAME_ATTRIBUTE), from, name};
    err = master_data_insert(tx->db, tx->arena, tx->request.company_id, tx->request.id,
                             &row, 1, tx->actor->now);
    if (err != OK)
        return err;
    staff_tx_history(tx, HISTORY_OF("company_attribute", tx->request.company_id, 1),
                     COMPANY_NAME_ATTRIBUTE, hand.company.name, name);
    if (from <= call->today)
        hand.company.name = name;
    else if (hand.company.changes_on == DAY_NONE || hand.company.changes_on > from)
        hand.company.changes_on = from;
    return register_company_put(tx->db, tx->request.company_id, &hand.company);
}
