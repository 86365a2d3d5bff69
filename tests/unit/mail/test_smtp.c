#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mail/smtp.h"

/* One conversation of a relay that answers by script. */
struct relay {
    int listen_fd;
    int port;
    const char *rcpt_answer;
    const char *data_answer; /**< after the final dot; NULL = close without a word */
    char seen[8192];
    size_t seen_len;
    pthread_t thread;
};

static void say(int fd, const char *line)
{
    ssize_t sent = send(fd, line, strlen(line), MSG_NOSIGNAL);
    (void)sent;
}

static void *converse(void *context)
{
    struct relay *relay = context;
    int fd = accept(relay->listen_fd, NULL, NULL);
    bool in_data = false;
    size_t line_start = 0;
    char c;
    say(fd, "220 relay\r\n");
    while (relay->seen_len + 1 < sizeof(relay->seen) && read(fd, &c, 1) == 1) {
        relay->seen[relay->seen_len++] = c;
        relay->seen[relay->seen_len] = '\0';
        if (c != '\n') {
            continue;
        }
        const char *line = relay->seen + line_start;
        line_start = relay->seen_len;
        if (in_data) {
            if (strcmp(line, ".\r\n") != 0) {
                continue;
            }
            in_data = false;
            if (relay->data_answer == NULL) {
                break;
            }
            say(fd, relay->data_answer);
        } else if (strncmp(line, "RCPT", 4) == 0) {
            say(fd, relay->rcpt_answer);
        } else if (strncmp(line, "DATA", 4) == 0) {
            in_data = true;
            say(fd, "354 go\r\n");
        } else {
            say(fd, "250 ok\r\n");
        }
    }
    close(fd);
    return NULL;
}

static enum smtp_verdict send_to(struct relay *relay, struct str *error)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    relay->listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(relay->listen_fd, (struct sockaddr *)&address, sizeof(address)),
                     0);
    assert_int_equal(listen(relay->listen_fd, 1), 0);
    assert_int_equal(getsockname(relay->listen_fd, (struct sockaddr *)&address, &size),
                     0);
    assert_int_equal(pthread_create(&relay->thread, NULL, converse, relay), 0);
    struct smtp_conf conf = {.host = "127.0.0.1",
                             .port = ntohs(address.sin_port),
                             .helo = "portal.example.org",
                             .connect_timeout_ms = 2000,
                             .timeout_ms = 5000};
    enum smtp_verdict verdict =
        smtp_send(arena, &conf, STR("kontor@example.org"), STR("applicant@example.org"),
                  STR("Subject: x\r\n\r\n.dot\r\n"), error);
    assert_int_equal(pthread_join(relay->thread, NULL), 0);
    close(relay->listen_fd);
    *error = (struct str){error->len > 0 ? "set" : "", error->len > 0 ? 3 : 0};
    arena_free(&arena);
    return verdict;
}

static void a_mail_is_handed_over(void **state)
{
    (void)state;
    struct relay relay = {.rcpt_answer = "250 ok\r\n", .data_answer = "250 taken\r\n"};
    struct str error;
    assert_int_equal(send_to(&relay, &error), SMTP_SENT);
    assert_non_null(strstr(relay.seen, "EHLO portal.example.org\r\n"));
    assert_non_null(strstr(relay.seen, "MAIL FROM:<kontor@example.org>"));
    assert_non_null(strstr(relay.seen, "RCPT TO:<applicant@example.org>\r\n"));
    assert_non_null(
        strstr(relay.seen, "\r\n..dot\r\n.\r\n")); /* dot-stuffed, RFC 5321 4.5.2 */
}

static void a_refused_recipient_is_final(void **state)
{
    (void)state;
    struct relay relay = {.rcpt_answer = "550 no such user\r\n",
                          .data_answer = "250 ok\r\n"};
    struct str error;
    assert_int_equal(send_to(&relay, &error), SMTP_REFUSED);
    assert_true(str_is(error, "set"));
}

static void a_busy_relay_is_tried_again(void **state)
{
    (void)state;
    struct relay relay = {.rcpt_answer = "451 later\r\n", .data_answer = "250 ok\r\n"};
    struct str error;
    assert_int_equal(send_to(&relay, &error), SMTP_LATER);
}

static void a_relay_that_dies_after_the_dot_is_tried_again(void **state)
{
    (void)state;
    struct relay relay = {.rcpt_answer = "250 ok\r\n", .data_answer = NULL};
    struct str error;
    assert_int_equal(send_to(&relay, &error), SMTP_LATER);
}

static void an_absent_relay_is_tried_again(void **state)
{
    (void)state;
    struct arena *arena = arena_new((size_t)1 << 20);
    struct smtp_conf conf = {.host = "127.0.0.1",
                             .port = 1,
                             .helo = "x",
                             .connect_timeout_ms = 500,
                             .timeout_ms = 1000};
    struct str error = STR_NONE;
    assert_int_equal(smtp_send(arena, &conf, STR("a@b"), STR("c@d"), STR("x"), &error),
                     SMTP_LATER);
    assert_true(error.len > 0);
    arena_free(&arena);
}

static int start(void **state)
{
    (void)state;
    return smtp_start() != OK;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_handed_over),
        cmocka_unit_test(a_refused_recipient_is_final),
        cmocka_unit_test(a_busy_relay_is_tried_again),
        cmocka_unit_test(a_relay_that_dies_after_the_dot_is_tried_again),
        cmocka_unit_test(an_absent_relay_is_tried_again),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
