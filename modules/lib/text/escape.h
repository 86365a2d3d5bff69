/* escape.h: bytes are escaped once, by context, at output. */
#ifndef TEXT_ESCAPE_H
#define TEXT_ESCAPE_H

#include "base/buf.h"

/** Text and quoted attributes: & < > " ' */
void escape_html(struct buf *out, struct str text);
/** One part of a path or a query value: all but RFC 3986 unreserved percent-encoded. */
void escape_url_part(struct buf *out, struct str text);
/** As escape_url_part, but '@' stays: an address behind "mailto:" (RFC 6068). */
void escape_url_mail(struct buf *out, struct str text);
/** A quoted-string of a header, quotes included; bytes outside printable ASCII become '_'. */
void escape_header_quoted(struct buf *out, struct str text);
/** RFC 4515 filter value. */
void escape_ldap_filter(struct buf *out, struct str text);
/**
 * True if `url` may stand in href/src/action: "/..." (not "//"), "#...", "?...", http(s)://...,
 * mailto:..., otpauth://totp/... (opens an authenticator app) without control characters and backslashes. Empty is not.
 */
bool url_is_safe(struct str url);

#endif
