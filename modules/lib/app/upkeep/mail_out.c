#include "app/upkeep/mail_out.h"

#include "base/log.h"
#include "store/outbox_lease.h"
#include "mail/payload.h"

int64_t mail_backoff_s(int64_t attempt)
{
    static const int64_t waits[MAIL_ATTEMPTS - 1] = {5, 30, 180, 900, 3600, 14400, 28800};
    return attempt >= 1 && attempt < MAIL_ATTEMPTS ? waits[attempt - 1] : 0;
}

struct str mail_printable(struct arena *arena, struct str text)
{
    struct buf out = buf_init(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        buf_put_char(&out, c >= ' ' && c < 0x7F ? c : '?');
    }
    return buf_str(&out);
}

struct lease_context {
    instant_us now;
    struct outbox_mail mail;
    bool abandoned; /**< every try has ended without a word: the worker died of it */
};

static enum err lease_tx(struct db *db, struct arena *arena, void *context)
{
    struct lease_context *lease = context;
    enum err err = outbox_next(db, arena, lease->now, &lease->mail);
    if (err != OK) {
        return err;
    }
    lease->abandoned = lease->mail.attempts >= MAIL_ATTEMPTS;
    if (lease->abandoned) {
        return outbox_not_sent(db, lease->mail.id, INSTANT_NONE,
                               STR("abandoned: no try came to an end"));
    }
    int64_t pause_s = mail_backoff_s(lease->mail.attempts + 1);
    return outbox_lease(db, lease->mail.id,
                        lease->now +
                            (pause_s > MAIL_LEASE_S ? pause_s : MAIL_LEASE_S) * US_PER_S);
}

/** Text of the definition; the msgid itself where there is no definition. */
static struct str localise(const struct definition *definition, enum language language,
                           struct str msgid)
{
    if (definition == NULL || str_is_empty(msgid)) {
        return msgid;
    }
    return definition_text(definition, language, msgid);
}

/* As the pages of staff name it. */
static struct str sub_ticket_name(struct arena *arena,
                                  const struct definition *definition,
                                  enum language language,
                                  const struct mail_payload *payload)
{
    struct str name = localise(definition, language, payload->sub_ticket_msgid);
    if (str_is_empty(payload->sub_ticket_subject)) {
        return name;
    }
    return str_format(arena, "%.*s – %.*s", STR_ARG(name),
                      STR_ARG(payload->sub_ticket_subject));
}

/** Everything in the recipient's language. */
static enum err fill_view(struct db *db, struct arena *arena, const struct mail_env *env,
                          enum language language, const struct mail_payload *payload,
                          struct mail_view *view)
{
    const struct definition *definition = NULL;
    if (payload->definition_id != 0) {
        enum err err =
            definitions_get(env->definitions, db, payload->definition_id, &definition);
        if (err != OK) {
            return err;
        }
    }
    struct str type = payload->request_type_msgid;
    if (str_is_empty(type) && definition != NULL) {
        type = definition->title;
    }
    *view = (struct mail_view){
        .reference = payload->reference,
        .request_type = localise(definition, language, type),
        .company = payload->company,
        .slot_title = localise(definition, language, payload->slot_title_msgid),
        .reason = localise(definition, language, payload->reason_msgid),
        .reason_text = payload->reason_text,
        .person = payload->person,
        .device = payload->device,
        .network = payload->network,
        .count = payload->count,
        .sub_ticket = sub_ticket_name(arena, definition, language, payload),
        .roles = payload->roles,
        .ends_on = DAY_NONE,
        .subject = localise(definition, language, payload->subject_msgid),
        .text = localise(definition, language, payload->text_msgid),
        .site_name = env->site_name,
    };
    if (!str_is_empty(payload->ends_on) &&
        day_parse(payload->ends_on, &view->ends_on) != OK) {
        return err_note(ERR_INPUT, "mail payload: ends_on");
    }
    if (!str_is_empty(payload->url_path)) {
        struct str path =
            str_from_index(payload->url_path, 1); /* the prefix ends in '/' */
        bool staff = str_starts(path, STR("staff/")) && !str_is_empty(env->staff_origin);
        view->url = str_format(arena, "%.*s%.*s%.*s",
                               STR_ARG(staff ? env->staff_origin : env->origin),
                               STR_ARG(env->prefix), STR_ARG(path));
    }
    if (str_is_empty(payload->team)) {
        return OK;
    }
    return definitions_team_name(env->definitions, db, payload->team, language,
                                 &view->team);
}

static enum err compose(struct db *db, struct arena *arena, const struct mail_env *env,
                        const struct outbox_mail *mail, struct str *bytes_out)
{
    struct mail_payload payload;
    struct mail_view view;
    enum language language = LANGUAGE_EN;
    if (!language_parse(mail->language, &language)) {
        return err_note(ERR_INPUT, "unknown language");
    }
    enum err err = mail_payload_parse(arena, mail->payload, &payload);
    if (err == OK) {
        err = fill_view(db, arena, env, language, &payload, &view);
    }
    if (err != OK) {
        return err;
    }
    struct mail_header header = {
        .outbox_id = mail->id,
        .unique_key = mail->unique_key,
        .root_key = mail->request_reference,
        .host = env->host,
        .sender = env->sender,
        .sender_name = env->site_name,
        .recipient = mail->recipient,
        .date = mail->created_at,
    };
    return mail_compose(env->composer, arena, mail->template_name, language, &view,
                        &header, bytes_out);
}

/** Mark what did not leave. */
static enum err put_off(struct db *db, struct arena *arena,
                        const struct outbox_mail *mail, instant_us now, bool for_good,
                        struct str reason, enum mail_step *out)
{
    int64_t wait_s = for_good ? 0 : mail_backoff_s(mail->attempts + 1);
    instant_us next = wait_s == 0 ? INSTANT_NONE : now + wait_s * US_PER_S;
    struct str error = mail_printable(arena, reason);
    log_event(wait_s == 0 ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN,
              wait_s == 0 ? "mail_failed" : "mail_later", "mail %lld, attempt %lld: %.*s",
              (long long)mail->id, (long long)mail->attempts + 1, STR_ARG(error));
    enum err err = outbox_not_sent(db, mail->id, next, error);
    if (err == OK) {
        *out = wait_s == 0 ? MAIL_STEP_FAILED : MAIL_STEP_LATER;
    }
    return err;
}

enum err app_mail_step(struct db *db, struct arena *arena, const struct mail_env *env,
                       const struct clock *clock, enum mail_step *out)
{
    struct lease_context lease = {.now = clock_now(clock)};
    enum err err = tx_run(db, arena, TX_READ_WRITE, lease_tx, &lease);
    if (err == ERR_NOT_FOUND) {
        *out = MAIL_STEP_NONE;
        return OK;
    }
    if (err != OK) {
        return err;
    }
    if (lease.abandoned) {
        log_event(LOG_LEVEL_ERROR, "mail_failed", "mail %lld: abandoned after %d tries",
                  (long long)lease.mail.id, MAIL_ATTEMPTS);
        *out = MAIL_STEP_FAILED;
        return OK;
    }
    const struct outbox_mail *mail = &lease.mail;
    struct str bytes = STR_NONE;
    struct str error = STR_NONE;
    err_clear();
    err = compose(db, arena, env, mail, &bytes);
    if (err == ERR_UNAVAILABLE || err == ERR_UNCERTAIN) {
        return err;
    }
    if (err != OK) {
        struct str reason = str_format(arena, "%s: %s", err_name(err), err_text());
        return put_off(db, arena, mail, clock_now(clock), true, reason, out);
    }
    enum smtp_verdict verdict = env->carrier.send(
        env->carrier.context, arena, env->sender, mail->recipient, bytes, &error);
    if (verdict != SMTP_SENT) {
        return put_off(db, arena, mail, clock_now(clock), verdict == SMTP_REFUSED, error,
                       out);
    }
    err = outbox_sent(db, mail->id, clock_now(clock));
    if (err == OK) {
        log_event(LOG_LEVEL_INFO, "mail_sent", "mail %lld", (long long)mail->id);
        *out = MAIL_STEP_SENT;
    }
    return err;
}
