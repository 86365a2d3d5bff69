/* Answers to binds and changes: result code, password policy (draft-behera-ldap-password-policy), and
 * what Active Directory says in its diagnostic text. */
#include "auth/directory_answer.h"
#include "auth/ldap_driver_own.h"

void ldap_policy_request(LDAPControl *controls_out[2])
{
    /* libldap, which has no const for it, only reads it. */
    static char policy[] = LDAP_CONTROL_PASSWORDPOLICYREQUEST;
    static LDAPControl request = {policy, {0, NULL}, 0};

    controls_out[0] = &request;
    controls_out[1] = NULL;
}

static void apply_policy(LDAPPasswordPolicyError error, bool bound,
                         struct directory_answer *out)
{
    switch (error) {
    case PP_passwordExpired:
        /* Only after the right password; a wrong one has no such answer. */
        out->account = DIRECTORY_ACCOUNT_EXPIRED;
        break;
    case PP_accountLocked:
        out->account = DIRECTORY_ACCOUNT_LOCKED;
        break;
    case PP_changeAfterReset:
        if (bound)
            out->account = DIRECTORY_ACCOUNT_MUST_CHANGE;
        break;
    case PP_insufficientPasswordQuality:
        out->objection = DIRECTORY_OBJECTION_SIMPLE;
        break;
    case PP_passwordTooShort:
        out->objection = DIRECTORY_OBJECTION_SHORT;
        break;
    case PP_passwordInHistory:
        out->objection = DIRECTORY_OBJECTION_USED;
        break;
    case PP_passwordTooYoung:
        out->objection = DIRECTORY_OBJECTION_TOO_YOUNG;
        break;
    case PP_passwordModNotAllowed:
    case PP_mustSupplyOldPassword:
        out->objection = DIRECTORY_OBJECTION_NOT_ALLOWED;
        break;
    case PP_passwordTooLong:
        out->objection = DIRECTORY_OBJECTION_WEAK;
        break;
    default:
        break;
    }
}

static void read_policy(LDAP *ld, LDAPControl **controls, int result,
                        struct directory_answer *out)
{
    LDAPControl *control =
        controls ? ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL)
                 : NULL;
    LDAPPasswordPolicyError error = PP_noError;
    ber_int_t expires = -1;
    ber_int_t grace = -1;

    if (!control || ldap_parse_passwordpolicy_control(ld, control, &expires, &grace,
                                                      &error) != LDAP_SUCCESS)
        return;
    out->expires_s = expires;
    out->grace_logins = grace;
    apply_policy(error, result == LDAP_SUCCESS, out);
}

/* Without a policy's answer the code alone says what is wrong with a new password. */
static void read_code(const struct link *link, int result, const char *diagnostic,
                      struct directory_answer *out)
{
    if (link->active_directory) {
        if (result == LDAP_INVALID_CREDENTIALS)
            out->account = directory_ad_account(str_from(diagnostic));
        else if (result != LDAP_SUCCESS)
            out->objection = directory_ad_objection(str_from(diagnostic));
    } else if (out->objection == DIRECTORY_NO_OBJECTION) {
        if (result == LDAP_CONSTRAINT_VIOLATION)
            out->objection = DIRECTORY_OBJECTION_WEAK;
        else if (result != LDAP_SUCCESS)
            out->objection = DIRECTORY_OBJECTION_NOT_ALLOWED;
    }
}

int ldap_await(struct link *link, int id, int64_t deadline_us,
               struct directory_answer *answer_out)
{
    struct timeval limit = ldap_left_until(deadline_us);
    LDAPMessage *message = NULL;
    LDAPControl **controls = NULL;
    char *diagnostic = NULL;
    int result = LDAP_OTHER;
    int kind = ldap_result(link->ld, id, LDAP_MSG_ALL, &limit, &message);
    int code = LDAP_SUCCESS;

    if (kind == 0)
        code = LDAP_TIMEOUT;
    else if (kind < 0)
        code = LDAP_SERVER_DOWN;
    else
        code = ldap_parse_result(link->ld, message, &result, NULL, &diagnostic, NULL,
                                 &controls, 0);
    if (code == LDAP_SUCCESS) {
        read_policy(link->ld, controls, result, answer_out);
        read_code(link, result, diagnostic ? diagnostic : "", answer_out);
        code = result;
    }
    if (diagnostic)
        ldap_memfree(diagnostic);
    if (controls)
        ldap_controls_free(controls);
    if (message)
        (void)ldap_msgfree(message);
    return code;
}
