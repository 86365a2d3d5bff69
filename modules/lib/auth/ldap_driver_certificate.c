/* The certificate that a server has shown. */
#include "auth/certificate.h"
#include "auth/ldap_driver_own.h"

void ldap_driver_certificate(void *handle, struct arena *arena,
                             struct directory_certificate *out)
{
    const struct link *link = handle;
    struct berval der = {0, NULL};
    char *version = NULL;

    *out = (struct directory_certificate){.not_before = INSTANT_NONE,
                                          .not_after = INSTANT_NONE};
    if (ldap_get_option(link->ld, LDAP_OPT_X_TLS_PEERCERT, &der) == LDAP_OPT_SUCCESS &&
        der.bv_val) {
        out->shown = true;
        certificate_dates((struct str){der.bv_val, der.bv_len}, &out->not_before,
                          &out->not_after);
        ber_memfree(der.bv_val);
    }
    if (ldap_get_option(link->ld, LDAP_OPT_X_TLS_VERSION, &version) == LDAP_OPT_SUCCESS &&
        version) {
        out->protocol = str_copy(arena, str_from(version));
        ldap_memfree(version);
    }
}
