#include "app/ticket/staff_text.h"

#include "store/message.h"
#include "store/note.h"
#include "app/ticket/ticket_work.h"

#include <string.h>

struct text_context {
    const struct actor *actor;
    const struct staff_env *env;
    struct str reference;               /**< of the request, or absent */
    const struct sub_ticket_home *home; /**< NULL in intake */
    const struct staff_text *text;
    bool internal;
};

static enum err insert_note(struct staff_tx *tx, const struct text_context *c)
{
    struct note_new note = {
        .request_id = tx->request.id,
        .sub_ticket_id = c->home == NULL ? 0 : c->home->id,
        .author_id = c->actor->principal->person_id,
        .body = c->text->body,
        .form_key = c->text->form_key,
        .written_at = c->actor->now,
    };
    int64_t id;
    enum err err = note_insert(tx->db, &note, &id);
    /* The text itself stays in its table; the history points to it. */
    if (err == OK)
        staff_tx_history(tx, HISTORY_OF("internal_note", id, 1), "body", STR_NONE,
                         STR_NONE);
    return err;
}

enum err staff_text_taken(struct staff_tx *tx, const struct staff_text *text, bool *out)
{
    return message_form_taken(tx->db, tx->arena, tx->request.company_id, tx->request.id,
                              text->form_key, out);
}

enum err staff_text_message(struct staff_tx *tx, const struct staff_text *text,
                            struct str team_key)
{
    struct message_new message = {
        .request_id = tx->request.id,
        .company_id = tx->request.company_id,
        .from_staff = true,
        .author_id = tx->actor->principal->person_id,
        .author_name = team_key,
        .body = text->body,
        .written_at = tx->actor->now,
    };
    memcpy(message.form_key, text->form_key, sizeof message.form_key);
    int64_t id;
    enum err err = message_insert(tx->db, &message, &id);
    if (err != OK)
        return err;
    staff_tx_history(tx, HISTORY_OF("message", id, 1), "body", STR_NONE, STR_NONE);
    json_t *payload = staff_tx_payload(tx);
    json_set_str(payload, "team", team_key);
    staff_tx_mail_customer(tx, "message-from-staff",
                           str_format(tx->arena, "message:%lld", (long long)id), payload);
    return OK;
}

static enum err text_tx(struct db *db, struct arena *arena, void *context)
{
    const struct text_context *c = context;
    struct staff_tx tx;
    enum err err = staff_tx_begin(&tx, db, arena, c->actor, c->env, c->reference,
                                  c->home == NULL ? 0 : c->home->request_id);
    if (err != OK)
        return err;
    struct str team = tx.definition->intake_team;
    struct str object = tx.request.reference;
    if (c->home != NULL) {
        struct sub_ticket_lock sub_ticket;
        err = sub_ticket_lock_by_id(db, arena, c->home->id, &sub_ticket);
        if (err != OK)
            return err;
        if (!may_work(c->actor->principal, sub_ticket.team_key))
            return ERR_DENIED;
        team = sub_ticket.team_key;
        object = sub_ticket.reference;
    }
    err = c->internal ? insert_note(&tx, c) : staff_text_message(&tx, c->text, team);
    if (err != OK)
        return err;
    return staff_tx_end(&tx, c->internal ? "note.written" : "message.written", object);
}

static enum err write_text(const struct text_context *c, enum staff_verdict *out)
{
    struct text_context copy = *c;
    enum err err = tx_run(c->actor->db, c->actor->arena, TX_READ_WRITE, text_tx, &copy);
    if (err == OK)
        *out = VERDICT_DONE;
    return staff_tx_verdict(c->actor->db, err, out);
}

enum err app_intake_message(const struct actor *actor, const struct staff_env *env,
                            struct str reference, const struct staff_text *text,
                            enum staff_verdict *out)
{
    return write_text(&(struct text_context){actor, env, reference, NULL, text, false},
                      out);
}

enum err app_intake_note(const struct actor *actor, const struct staff_env *env,
                         struct str reference, const struct staff_text *text,
                         enum staff_verdict *out)
{
    return write_text(&(struct text_context){actor, env, reference, NULL, text, true},
                      out);
}

static enum err sub_ticket_text(const struct actor *actor, const struct staff_env *env,
                                struct str reference, const struct staff_text *text,
                                bool internal, struct str *ticket_out,
                                enum staff_verdict *out)
{
    struct sub_ticket_home home;
    enum err err = sub_ticket_find(actor->db, actor->arena, reference, &home);
    if (err != OK)
        return err;
    err = write_text(&(struct text_context){actor, env, STR_NONE, &home, text, internal},
                     out);
    if (err == OK)
        *ticket_out = home.ticket_reference;
    return err;
}

enum err app_sub_ticket_message(const struct actor *actor, const struct staff_env *env,
                                struct str reference, const struct staff_text *text,
                                struct str *ticket_out, enum staff_verdict *out)
{
    return sub_ticket_text(actor, env, reference, text, false, ticket_out, out);
}

enum err app_sub_ticket_note(const struct actor *actor, const struct staff_env *env,
                             struct str reference, const struct staff_text *text,
                             struct str *ticket_out, enum staff_verdict *out)
{
    return sub_ticket_text(actor, env, reference, text, true, ticket_out, out);
}
