#include "auth/directory_answer.h"

/* The hexadecimal number after `mark`; -1 if there is none. */
static long number_after(struct str text, struct str mark)
{
    ssize_t at = str_find(text, mark);
    long number = 0;
    size_t digits = 0;

    if (at < 0)
        return -1;
    text = str_from_index(text, (size_t)at + mark.len);
    for (; digits < text.len && digits < 8; digits++) {
        char c = text.ptr[digits];
        int value = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (value < 0)
            break;
        number = number * 16 + value;
    }
    return digits > 0 ? number : -1;
}

enum directory_account directory_ad_account(struct str diagnostic)
{
    if (str_find(diagnostic, STR("AcceptSecurityContext error")) < 0)
        return DIRECTORY_ACCOUNT_NORMAL;
    switch (number_after(diagnostic, STR(", data "))) {
    case 0x530: /* not at this hour */
    case 0x531: /* not from this workstation */
    case 0x533: /* disabled */
    case 0x701: /* the account has ended */
        return DIRECTORY_ACCOUNT_DISABLED;
    case 0x532:
        return DIRECTORY_ACCOUNT_EXPIRED;
    case 0x773:
        return DIRECTORY_ACCOUNT_MUST_CHANGE;
    case 0x775:
        return DIRECTORY_ACCOUNT_LOCKED;
    default: /* 525 no such user, 52e wrong password, and what comes one day */
        return DIRECTORY_ACCOUNT_NORMAL;
    }
}

enum directory_objection directory_ad_objection(struct str diagnostic)
{
    switch (number_after(diagnostic, STR(""))) {
    case 0x56: /* ERROR_INVALID_PASSWORD */
    case 0x52e:
        return DIRECTORY_OBJECTION_WRONG_OLD;
    case 0x52d: /* ERROR_PASSWORD_RESTRICTION */
        return DIRECTORY_OBJECTION_WEAK;
    default:
        return DIRECTORY_OBJECTION_NOT_ALLOWED;
    }
}
