#include "mail/payload.h"

#include "formats/json.h"

static const struct {
    const char *key;
    size_t offset;
} text_keys[] = {
    {"reference", offsetof(struct mail_payload, reference)},
    {"request_type_msgid", offsetof(struct mail_payload, request_type_msgid)},
    {"company", offsetof(struct mail_payload, company)},
    {"slot_title_msgid", offsetof(struct mail_payload, slot_title_msgid)},
    {"reason_msgid", offsetof(struct mail_payload, reason_msgid)},
    {"reason_text", offsetof(struct mail_payload, reason_text)},
    {"sub_ticket_msgid", offsetof(struct mail_payload, sub_ticket_msgid)},
    {"sub_ticket_subject", offsetof(struct mail_payload, sub_ticket_subject)},
    {"team", offsetof(struct mail_payload, team)},
    {"person", offsetof(struct mail_payload, person)},
    {"device", offsetof(struct mail_payload, device)},
    {"network", offsetof(struct mail_payload, network)},
    {"count", offsetof(struct mail_payload, count)},
    {"roles", offsetof(struct mail_payload, roles)},
    {"ends_on", offsetof(struct mail_payload, ends_on)},
    {"subject_msgid", offsetof(struct mail_payload, subject_msgid)},
    {"text_msgid", offsetof(struct mail_payload, text_msgid)},
    {"url_path", offsetof(struct mail_payload, url_path)},
};

/** Where the text of `key` belongs, NULL for an unknown key. */
static struct str *text_slot(struct mail_payload *payload, const char *key)
{
    for (size_t i = 0; i < sizeof(text_keys) / sizeof(*text_keys); i++) {
        if (strcmp(text_keys[i].key, key) == 0) {
            return (struct str *)(void *)((char *)payload + text_keys[i].offset);
        }
    }
    return NULL;
}

enum err mail_payload_parse(struct arena *arena, struct str json,
                            struct mail_payload *out)
{
    json_t *object = NULL;
    struct mail_payload payload = {0};
    enum err err = json_parse(arena, json, &object);
    if (err != OK) {
        return err;
    }
    if (!json_is_object(object)) {
        return err_note(ERR_INPUT, "mail payload is no object");
    }
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        struct str *slot = text_slot(&payload, key);
        if (json_is_null(value) && slot != NULL) {
            continue;
        }
        if (slot != NULL && json_is_string(value)) {
            *slot = json_get_str(object, key);
        } else if (strcmp(key, "definition_id") == 0 && json_is_integer(value)) {
            payload.definition_id = json_get_int(object, key, 0);
        } else {
            return err_note(ERR_INPUT, "mail payload: key \"%s\"", key);
        }
    }
    struct str path = payload.url_path;
    if (!str_is_empty(path) &&
        (!str_starts(path, STR("/")) || str_starts(path, STR("//")))) {
        return err_note(ERR_INPUT, "mail payload: url_path");
    }
    *out = payload;
    return OK;
}
