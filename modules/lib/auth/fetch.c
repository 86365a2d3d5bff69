#include "auth/fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

#define URL_MAX     4096
#define HEADERS_MAX 16384

/* ---- addresses ------------------------------------------------------------------------------ */

/* First address, bits of the prefix. */
struct range4 {
    uint32_t first;
    int bits;
};

static const struct range4 PRIVATE4[] = {
    {0x0a000000, 8},  /* 10.0.0.0 */
    {0xac100000, 12}, /* 172.16.0.0 */
    {0xc0a80000, 16}, /* 192.168.0.0 */
    {0x64400000, 10}, /* 100.64.0.0: behind a carrier's NAT */
};
/* Nothing that a provider could be at: this network, link-local (where clouds keep their metadata),
 * protocol assignments, documentation, benchmarks, multicast, reserved and broadcast. */
static const struct range4 NEVER4[] = {
    {0x00000000, 8},  {0xa9fe0000, 16}, {0xc0000000, 24}, {0xc0000200, 24},
    {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 3},
};

static bool is_in4(uint32_t address, const struct range4 *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if ((address ^ ranges[i].first) >> (32 - ranges[i].bits) == 0)
            return true;
    return false;
}

static bool may_reach4(uint32_t address, enum fetch_reach reach)
{
    if (address >> 24 == 127)
        return reach == FETCH_LOOPBACK;
    if (is_in4(address, NEVER4, sizeof(NEVER4) / sizeof(*NEVER4)))
        return false;
    return reach != FETCH_PUBLIC ||
           !is_in4(address, PRIVATE4, sizeof(PRIVATE4) / sizeof(*PRIVATE4));
}

static uint32_t last4(const uint8_t bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

static bool may_reach6(const struct in6_addr *address, enum fetch_reach reach)
{
    static const uint8_t NAT64[12] = {0x00, 0x64, 0xff, 0x9b};
    const uint8_t *b = address->s6_addr;

    if (IN6_IS_ADDR_LOOPBACK(address))
        return reach == FETCH_LOOPBACK;
    /* An IPv4 address in disguise is judged as what it is. */
    if (IN6_IS_ADDR_V4MAPPED(address) || memcmp(b, NAT64, sizeof(NAT64)) == 0)
        return may_reach4(last4(b + 12), reach);
    if (b[0] == 0x20 && b[1] == 0x02) /* 6to4 */
        return may_reach4(last4(b + 2), reach);
    if ((b[0] & 0xfe) == 0xfc) /* unique local */
        return reach != FETCH_PUBLIC;
    /* All else that is in use lies in 2000::/3; out of that, Teredo and documentation. */
    if ((b[0] & 0xe0) != 0x20)
        return false;
    return !(b[0] == 0x20 && b[1] == 0x01 &&
             ((b[2] == 0 && b[3] == 0) || (b[2] == 0x0d && b[3] == 0xb8)));
}

bool fetch_may_reach(const void *sockaddr, enum fetch_reach reach)
{
    const struct sockaddr *address = sockaddr;
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    switch (address->sa_family) {
    case AF_INET:
        memcpy(&four, sockaddr, sizeof(four));
        return may_reach4(ntohl(four.sin_addr.s_addr), reach);
    case AF_INET6:
        memcpy(&six, sockaddr, sizeof(six));
        return may_reach6(&six.sin6_addr, reach);
    default:
        return false;
    }
}

/* ---- one transfer --------------------------------------------------------------------------- */

struct transfer {
    struct arena *arena;
    const struct fetch_request *request;
    struct fetch_answer *out;
    CURL *curl;
    struct curl_slist *headers;
    struct buf body;
    size_t header_bytes;
    bool is_json;
    const char *refused; /* why what comes in is not taken */
    bool blocked;        /* the name leads to an address that it may not lead to */
};

static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct transfer *transfer = context;

    if (purpose != CURLSOCKTYPE_IPCXN ||
        !fetch_may_reach(&address->addr, transfer->request->reach)) {
        transfer->blocked = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t refuse(struct transfer *transfer, const char *why)
{
    transfer->refused = why;
    return 0;
}

static struct str header_value(struct str line, struct str name)
{
    if (line.len <= name.len || !str_eq_nocase(str_sub(line, 0, name.len), name))
        return STR_NONE;
    return str_trim(str_from_index(line, name.len));
}

/* "max-age=300" among what a cache is told; -1 for none or "no-store". */
static int64_t max_age_of(struct str value)
{
    int64_t seconds = -1;
    struct str part;

    while (str_next(&value, ',', &part)) {
        part = str_trim(part);
        if (str_eq_nocase(part, STR("no-store")) || str_eq_nocase(part, STR("no-cache")))
            return -1;
        if (part.len > 8 && str_eq_nocase(str_sub(part, 0, 8), STR("max-age=")) &&
            str_to_i64(str_from_index(part, 8), &seconds) != OK)
            seconds = -1;
    }
    return seconds;
}

/* A date of HTTP or of OpenSSL; 0 for none. */
static int64_t seconds_of(const char *date)
{
    time_t seconds = curl_getdate(date, NULL);

    return seconds > 0 ? (int64_t)seconds : 0;
}

/* The server's own certificate comes first. */
static int64_t certificate_until(CURL *curl)
{
    static const char NAME[] = "Expire date:";
    struct curl_certinfo *chain = NULL;

    if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain ||
        chain->num_of_certs < 1)
        return 0;
    for (const struct curl_slist *line = chain->certinfo[0]; line; line = line->next)
        if (strncmp(line->data, NAME, sizeof(NAME) - 1) == 0)
            return seconds_of(line->data + sizeof(NAME) - 1);
    return 0;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct str line = {bytes, size * count};
    struct str type = header_value(line, STR("content-type:"));
    struct str cache = header_value(line, STR("cache-control:"));
    struct str date = header_value(line, STR("date:"));

    transfer->header_bytes += line.len;
    if (transfer->header_bytes > HEADERS_MAX)
        return refuse(transfer, "headers too long");
    if (type.ptr) {
        struct str media = STR_NONE;

        if (!str_next(&type, ';', &media))
            media = STR("");
        media = str_trim(media);
        /* application/jwk-set+json and its like are JSON, application/jwt is not. */
        transfer->is_json =
            str_eq_nocase(media, STR("application/json")) ||
            (media.len > 17 &&
             str_eq_nocase(str_sub(media, 0, 12), STR("application/")) &&
             str_eq_nocase(str_from_index(media, media.len - 5), STR("+json")));
    }
    if (cache.ptr)
        transfer->out->max_age_s = max_age_of(cache);
    if (date.ptr)
        transfer->out->date_s = seconds_of(str_c(transfer->arena, date));
    return line.len;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct str piece = {bytes, size * count};
    long status = 0;

    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    if (!transfer->is_json) {
        /* An error page of a proxy says all by its status. */
        return status == 200 ? refuse(transfer, "not JSON") : piece.len;
    }
    buf_put(&transfer->body, piece);
    return transfer->body.overflow ? refuse(transfer, "answer too large") : piece.len;
}

static bool set_connection(struct transfer *transfer, long left_ms)
{
    const struct fetch_request *request = transfer->request;
    CURL *curl = transfer->curl;

    return curl_easy_setopt(curl, CURLOPT_URL, str_c(transfer->arena, request->url)) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
           /* An empty proxy also keeps the environment's *_proxy variables away. */
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           /* Else a resolver that hangs is waited for beyond the time-out. */
           curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, left_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
               CURLE_OK &&
           (!request->ca_file || !request->ca_file[0] ||
            (curl_easy_setopt(curl, CURLOPT_CAINFO, request->ca_file) == CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK)) &&
           curl_easy_setopt(curl, CURLOPT_CERTINFO, request->inspect ? 1L : 0L) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer) == CURLE_OK;
}

static bool add_header(struct transfer *transfer, struct str line)
{
    struct curl_slist *more = curl_slist_append(transfer->headers, line.ptr);

    if (more)
        transfer->headers = more;
    return more != NULL;
}

static bool set_message(struct transfer *transfer)
{
    const struct fetch_request *request = transfer->request;
    CURL *curl = transfer->curl;
    struct str authorization = str_format(transfer->arena, "Authorization: %.*s",
                                          STR_ARG(request->authorization));

    return add_header(transfer, STR("Accept: application/json")) &&
           (!request->authorization.ptr || add_header(transfer, authorization)) &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers) == CURLE_OK &&
           (!request->form.ptr ||
            (curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->form.len) ==
                 CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->form.ptr) ==
                 CURLE_OK)) &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "kontor") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
                            (curl_off_t)request->answer_max) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer) == CURLE_OK;
}

/* "idp.example.org" of "https://idp.example.org:8443/...", for the log. */
static struct str host_of(struct str url)
{
    struct str rest = str_from_index(url, sizeof("https://") - 1);
    struct str host = STR("");

    return str_next(&rest, '/', &host) ? host : STR("");
}

static enum fetch_outcome perform(struct transfer *transfer)
{
    struct str host = host_of(transfer->request->url);
    CURLcode code = curl_easy_perform(transfer->curl);
    long status = 0;

    /* A name may have several addresses; one that is allowed is enough. */
    if (code != CURLE_OK && transfer->blocked) {
        (void)err_note(ERR_UNAVAILABLE, "%.*s: its address is out of reach (reach = ...)",
                       STR_ARG(host));
        return FETCH_REFUSED;
    }
    if (transfer->refused || code == CURLE_FILESIZE_EXCEEDED) {
        (void)err_note(ERR_UNAVAILABLE, "%.*s: %s", STR_ARG(host),
                       transfer->refused ? transfer->refused : "answer too large");
        return FETCH_REFUSED;
    }
    if (code != CURLE_OK) {
        (void)err_note(ERR_UNAVAILABLE, "%.*s: %s", STR_ARG(host),
                       curl_easy_strerror(code));
        return FETCH_AWAY;
    }
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    transfer->out->status = (int)status;
    transfer->out->body = buf_str(&transfer->body);
    if (transfer->request->inspect)
        transfer->out->certificate_until_s = certificate_until(transfer->curl);
    return FETCH_DONE;
}

enum fetch_outcome fetch(struct arena *arena, const struct fetch_request *request,
                         struct fetch_answer *out)
{
    int64_t left_ms = (request->deadline_us - clock_monotonic_us()) / 1000;
    struct fetch_answer answer = {.max_age_s = -1};
    struct transfer transfer = {.arena = arena, .request = request, .out = &answer};
    enum fetch_outcome outcome = FETCH_AWAY;

    if (request->url.len > URL_MAX || !str_starts(request->url, STR("https://"))) {
        (void)err_note(ERR_UNAVAILABLE, "not an https address of at most %d bytes",
                       URL_MAX);
        return FETCH_REFUSED;
    }
    if (left_ms < 1) {
        (void)err_note(ERR_UNAVAILABLE, "%.*s: no time left",
                       STR_ARG(host_of(request->url)));
        return FETCH_AWAY;
    }
    transfer.body = buf_init(arena, request->answer_max);
    transfer.curl = curl_easy_init();
    if (transfer.curl && set_connection(&transfer, (long)left_ms) &&
        set_message(&transfer))
        outcome = perform(&transfer);
    else
        (void)err_note(ERR_UNAVAILABLE, "libcurl refused an option");
    curl_slist_free_all(transfer.headers);
    curl_easy_cleanup(transfer.curl);
    if (outcome == FETCH_DONE)
        *out = answer;
    return outcome;
}

void fetch_put_value(struct buf *out, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];

        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '.' || c == '_' || c == '~')
            buf_put_char(out, (char)c);
        else
            buf_format(out, "%%%02X", c);
    }
}
