#include "app/sign_on/second_factor_trail.h"

#include "formats/json.h"
#include "store/trail.h"

struct str second_factor_purpose(struct arena *arena, int64_t person_id)
{
    return str_format(arena, "totp:%lld", (long long)person_id);
}

static void set_if(json_t *object, const char *key, struct str value)
{
    if (value.ptr)
        json_set_str(object, key, value);
}

enum err second_factor_mail(const struct actor *actor, int64_t person_id,
                            const struct second_factor_owner *owner,
                            const struct second_factor_mail *mail)
{
    json_t *payload = json_new_object(actor->arena);
    struct outbox_row row = {
        .unique_key = str_format(actor->arena, "%s:%lld:%lld", mail->template_name,
                                 (long long)person_id, (long long)actor->now),
        .template_name = mail->template_name,
        .recipient = owner->email,
        .language = owner->language.len ? owner->language : mail->language,
        .created_at = actor->now,
    };

    if (str_is_empty(owner->email))
        return OK;
    set_if(payload, "person", mail->actor_name);
    set_if(payload, "count", mail->count);
    json_set_str(payload, "url_path", STR("/profile/second-factor"));
    row.payload = json_write(actor->arena, payload);
    return outbox_insert(actor->db, &row, 1);
}

enum err second_factor_audit(const struct actor *actor, const char *action,
                             int64_t person_id, const struct second_factor_owner *owner,
                             const char *reason)
{
    json_t *detail = json_new_object(actor->arena);
    bool signed_on = actor->principal && actor->principal->person_id;
    struct audit_row row = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = action,
        .person_id = signed_on ? actor->principal->person_id : person_id,
        .company_id = owner->company_id,
        .object = str_format(actor->arena, "person:%lld", (long long)person_id),
    };

    if (reason)
        json_set_str(detail, "reason", str_from(reason));
    row.detail = json_write(actor->arena, detail);
    return audit_insert(actor->db, &row);
}

enum err second_factor_audit_operator(const struct actor *actor, int64_t person_id,
                                      const struct second_factor_owner *owner,
                                      struct str operator)
{
    json_t *detail = json_new_object(actor->arena);
    struct audit_row row = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = "second_factor.reset",
        .company_id = owner->company_id,
        .object = str_format(actor->arena, "person:%lld", (long long)person_id),
    };

    json_set_str(detail, "reason", STR("operator"));
    json_set_str(detail, "operator", operator);
    row.detail = json_write(actor->arena, detail);
    return audit_insert(actor->db, &row);
}
