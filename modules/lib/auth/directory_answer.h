/* directory_answer.h: Active Directory's answers, which hide in the text beside the result code. */
#ifndef AUTH_DIRECTORY_ANSWER_H
#define AUTH_DIRECTORY_ANSWER_H

#include "auth/directory_driver.h"

/**
 * Of a refused bind: "80090308: LdapErr: DSID-..., comment: AcceptSecurityContext error, data 533, v...".
 * Hexadecimal Windows error codes [MS-ERREF]: 530 and 531 hours and workstation, 532 expired, 533
 * disabled, 701 account ended, 773 must change, 775 locked. All but 775 (and 52e, 525) are given only
 * to somebody who sent the right password: tests/integration/directory-ad.test.mjs.
 */
enum directory_account directory_ad_account(struct str diagnostic);
/**
 * Of a refused change of unicodePwd: it begins with the Windows error code: 00000056 wrong old
 * password, 0000052D policy, 00000005 no right to.
 */
enum directory_objection directory_ad_objection(struct str diagnostic);

#endif
