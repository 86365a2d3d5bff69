/* certificate.h: the dates of an X.509 certificate, read from its DER (RFC 5280 section 4.1). */
#ifndef AUTH_CERTIFICATE_H
#define AUTH_CERTIFICATE_H

#include "base/clock.h"

/** Both INSTANT_NONE for what is no certificate, one for a date that cannot be read. Nothing else of it is
 *  checked: that was the TLS library's work. */
void certificate_dates(struct str der, instant_us *not_before_out,
                       instant_us *not_after_out);

#endif
