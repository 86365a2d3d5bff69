#include "mail/smtp.h"

#include <curl/curl.h>

enum err smtp_start(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return err_note(ERR_UNAVAILABLE, "libcurl does not start");
    }
    return OK;
}

/** The message while libcurl reads it. */
struct source {
    struct str rest;
};

static size_t read_message(char *out, size_t size, size_t count, void *context)
{
    struct source *source = context;
    struct str piece = str_sub(source->rest, 0, size * count);
    if (piece.len > 0) {
        memcpy(out, piece.ptr, piece.len);
    }
    source->rest = str_from_index(source->rest, piece.len);
    return piece.len;
}

static bool set_transport(CURL *curl, struct arena *arena, const struct smtp_conf *conf)
{
    struct str url =
        str_format(arena, "smtp://%s:%d/%s", conf->host, conf->port, conf->helo);
    bool done =
        curl_easy_setopt(curl, CURLOPT_URL, url.ptr) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp") == CURLE_OK &&
        /* An empty proxy also keeps the environment's *_proxy variables away. */
        curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                         (long)conf->connect_timeout_ms) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)conf->timeout_ms) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_USE_SSL,
                         (long)(conf->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE)) ==
            CURLE_OK;
    if (done && conf->ca_file != NULL && conf->ca_file[0] != '\0') {
        done = curl_easy_setopt(curl, CURLOPT_CAINFO, conf->ca_file) == CURLE_OK;
    }
    return done;
}

static bool set_message(CURL *curl, struct arena *arena, struct str sender,
                        struct curl_slist *recipients, struct source *source)
{
    struct str from = str_format(arena, "<%.*s>", STR_ARG(sender));
    return curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.ptr) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_READDATA, source) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
                            (curl_off_t)source->rest.len) == CURLE_OK;
}

static enum smtp_verdict perform(CURL *curl, struct arena *arena, struct str *error_out)
{
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) {
        return SMTP_SENT;
    }
    long answer = 0;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    *error_out = str_format(arena, "smtp %ld: %s", answer, curl_easy_strerror(code));
    /* 530, 534, 535, 538, 554 before MAIL are about the connection, not about this message; a
     * relay that answers so is set up wrongly and may be repaired: try again. */
    bool about_message = answer == 550 || answer == 551 || answer == 552 || answer == 553;
    return about_message ? SMTP_REFUSED : SMTP_LATER;
}

enum smtp_verdict smtp_send(struct arena *arena, const struct smtp_conf *conf,
                            struct str sender, struct str recipient, struct str message,
                            struct str *error_out)
{
    enum smtp_verdict verdict = SMTP_LATER;
    struct source source = {message};
    CURL *curl = curl_easy_init();
    struct curl_slist *recipients =
        curl_slist_append(NULL, str_format(arena, "<%.*s>", STR_ARG(recipient)).ptr);
    *error_out = STR("libcurl refused an option");
    if (curl == NULL || recipients == NULL || !set_transport(curl, arena, conf) ||
        !set_message(curl, arena, sender, recipients, &source)) {
        goto out;
    }
    verdict = perform(curl, arena, error_out);
out:
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    return verdict;
}
