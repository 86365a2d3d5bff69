#include "app/instance/process_message.h"

#include "process/values.h"
#include "app/instance/process_apply.h"

bool message_reached(struct str delivered, struct str request_type)
{
    struct str one;

    while (str_next(&delivered, ',', &one))
        if (one.len > 0 && str_eq(one, request_type))
            return true;
    return false;
}

struct deliver_context {
    const struct actor *actor;
    const struct staff_env *env;
    int64_t message_id;
    int64_t request_id;
    struct str delivered; /**< out: as it is now */
};

static enum err give(struct staff_tx *tx, struct process_hand *hand,
                     struct deliver_context *c, const struct process_message *message)
{
    struct process_event event = {.kind = PROCESS_MESSAGE};
    json_t *letter;
    enum err err = json_parse(tx->arena, message->payload, &letter);

    if (err != OK)
        return err;
    event.name = json_get_str(letter, "name");
    event.correlation = json_get_str(letter, "correlation");
    event.variables =
        value_from_json(tx->arena, json_object_get(letter, "variables")).context;
    err = process_advance(tx, hand, &event);
    if (err != OK || !hand->matched)
        return err;
    c->delivered = str_format(c->actor->arena, "%.*s,%.*s", STR_ARG(message->delivered),
                              STR_ARG(tx->request.request_type));
    err = process_message_delivered(tx->db, message->id, c->delivered);
    return err == OK ? staff_tx_end(tx, "process.message", tx->request.reference) : err;
}

static enum err deliver_tx(struct db *db, struct arena *arena, void *context)
{
    struct deliver_context *c = context;
    struct staff_tx tx;
    struct process_hand hand;
    struct process_message message;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->request_id);

    if (err == OK)
        err = process_lock(&tx, &hand);
    if (err == OK)
        err = process_message_lock(db, arena, c->message_id, &message);
    if (err != OK)
        return err;
    c->delivered = str_copy(c->actor->arena, message.delivered);
    if (message_reached(message.delivered, tx.request.request_type))
        return OK;
    return give(&tx, &hand, c, &message);
}

enum err message_deliver(const struct actor *actor, const struct staff_env *env,
                         struct process_message *message, int64_t request_id)
{
    struct deliver_context c = {
        .actor = actor,
        .env = env,
        .message_id = message->id,
        .request_id = request_id,
        .delivered = message->delivered,
    };
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, deliver_tx, &c);

    if (err == OK)
        message->delivered = c.delivered;
    return err;
}
