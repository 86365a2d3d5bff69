#include "app/people/people_tx.h"

#include "formats/json.h"
#include "store/trail.h"

/* ---- who may ------------------------------------------------------------------------------- */

enum err people_tx_begin(struct db *db, struct arena *arena, struct people_tx *tx,
                         enum people_verdict *verdict_out)
{
    const struct principal *who = tx->actor->principal;
    int64_t company_id = tx->scope->company_id;
    struct company_lock_row company = {0};
    struct company_person_row self = {0};
    struct role_set own = {0};
    enum err err = company_lock(db, arena, company_id, &company);

    if (err == OK)
        err = market_list(db, arena, &tx->markets);
    if (err != OK)
        return err;
    tx->company_name = company.name;
    *verdict_out = PEOPLE_DONE;
    if (tx->scope->by_staff) {
        tx->actor_is_coordinator = true;
        return rights_include(who->rights, RIGHT_PEOPLE_WORK) && !who->support
                   ? OK
                   : ERR_DENIED;
    }
    if (who->support || who->company_id != company_id)
        return ERR_DENIED;
    err = company_person_get(db, arena, company_id, who->person_id, &self);
    if (err != OK)
        return err;
    role_set_parse(self.roles, &own);
    tx->actor_is_coordinator = role_set_has(&own, ROLE_COORDINATOR);
    if (!tx->actor_is_coordinator && !role_set_has(&own, ROLE_DEPUTY))
        *verdict_out = PEOPLE_LOST_RIGHT;
    return OK;
}

enum err people_tx_check_markets(const struct people_tx *tx, const struct role_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        bool known = set->items[i].market.len == 0;

        for (size_t m = 0; m < tx->markets.count && !known; m++)
            known = str_eq(tx->markets.rows[m].market_key, set->items[i].market);
        if (!known)
            return err_note(ERR_INPUT, "no such market");
    }
    return OK;
}

/* ---- the trail ----------------------------------------------------------------------------- */

enum err people_tx_audit(struct db *db, struct arena *arena, const struct people_tx *tx,
                         const struct people_event *event)
{
    const struct actor *actor = tx->actor;
    json_t *detail = json_new_object(arena);
    struct audit_row row = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = event->action,
        .person_id = actor->principal->person_id,
        .company_id = tx->scope->company_id,
        .object = str_format(arena, "person:%lld", (long long)event->person_id),
    };

    if (event->roles.ptr)
        json_set_str(detail, "roles", event->roles);
    row.detail = json_write(arena, detail);
    return audit_insert(db, &row);
}

static struct company_roles rows_of(struct arena *arena, const struct people_tx *tx,
                                    int64_t person_id, const struct role_set *set)
{
    struct company_role_row *rows =
        ARENA_ARRAY(arena, struct company_role_row, set->count + 1);

    for (size_t i = 0; i < set->count; i++)
        rows[i] =
            (struct company_role_row){role_key(set->items[i].role), set->items[i].market};
    return (struct company_roles){tx->scope->company_id, person_id, rows, set->count};
}

enum err people_tx_write_roles(struct db *db, struct arena *arena,
                               const struct people_tx *tx,
                               const struct people_difference *difference)
{
    const struct actor *actor = tx->actor;
    int64_t person_id = difference->person_id;
    const struct role_set *taken = &difference->taken;
    const struct role_set *given = &difference->given;
    struct company_roles roles = rows_of(arena, tx, person_id, taken);
    enum err err = company_role_delete(db, &roles);

    roles = rows_of(arena, tx, person_id, given);
    if (err == OK)
        err = company_role_insert(db, &roles, actor->principal->person_id, actor->now);
    if (err == OK && taken->count)
        err = people_tx_audit(db, arena, tx,
                              &(struct people_event){"people.role_taken", person_id,
                                                     role_set_text(arena, taken)});
    if (err == OK && given->count)
        err = people_tx_audit(db, arena, tx,
                              &(struct people_event){"people.role_given", person_id,
                                                     role_set_text(arena, given)});
    return err;
}

/* ---- mails --------------------------------------------------------------------------------- */

/* "- Applicant: Power Germany", one role a line, in the recipient's language. */
static struct str roles_in_words(struct arena *arena, const struct people_tx *tx,
                                 const struct role_set *set, enum language language)
{
    struct buf out = buf_init(arena, 32768);

    for (enum role role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        struct str markets;

        if (!role_set_has(set, role))
            continue;
        markets = people_role_markets(arena, &tx->markets, set, role, language);
        if (buf_str(&out).len)
            buf_put_char(&out, '\n');
        buf_put_c(&out, "- ");
        buf_put(&out,
                i18n_text(tx->env->i18n, language, str_from(people_role_msgid(role))));
        if (markets.len)
            buf_put_c(&out, ": ");
        buf_put(&out, markets);
    }
    return buf_str(&out);
}

enum err people_tx_mail(struct db *db, struct arena *arena, const struct people_tx *tx,
                        const struct people_mail *mail)
{
    const struct actor *actor = tx->actor;
    struct str code = mail->language.len ? mail->language : tx->env->site_language;
    json_t *payload = json_new_object(arena);
    enum language language = LANGUAGE_EN;
    struct outbox_row row = {
        .unique_key = str_format(arena, "%s:%lld:%lld", mail->template_name,
                                 (long long)mail->person_id, (long long)actor->now),
        .template_name = mail->template_name,
        .recipient = mail->recipient,
        .created_at = actor->now,
    };

    if (str_is_empty(mail->recipient))
        return OK;
    (void)language_parse(code, &language);
    row.language = str_from(language_code(language));
    json_set_str(payload, "company", tx->company_name);
    json_set_str(payload, "person", actor->principal->display_name);
    if (mail->roles->count)
        json_set_str(payload, "roles", roles_in_words(arena, tx, mail->roles, language));
    json_set_str(payload, "url_path", mail->url_path);
    row.payload = json_write(arena, payload);
    return outbox_insert(db, &row, 1);
}
