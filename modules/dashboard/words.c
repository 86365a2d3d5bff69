/* words.c: the words of the database's states as people read them. */
#include "dashboard.h"

struct word {
    const char *key;
    const char *label;     /**< msgid */
    const char *tag_class; /**< of the govuk-tag */
};

static const struct word request_words[] = {
    {"submitted", N_("Submitted"), "k-tag--open"},
    {"waiting_for_customer", N_("Waiting for the customer"), "k-tag--wait"},
    {"released", N_("Released"), "k-tag--open"},
    {"completed", N_("Completed"), "k-tag--done"},
    {"declined", N_("Declined"), "k-tag--stop"},
    {"withdrawn", N_("Withdrawn"), "k-tag--stop"},
    {"draft", N_("Draft"), "k-tag--open"},
    {"discarded", N_("Discarded"), "k-tag--stop"},
    {NULL, N_("Unknown"), ""},
};
/* Tickets and sub-tickets. */
static const struct word sub_ticket_words[] = {
    {"open", N_("Open"), "k-tag--open"},
    {"in_progress", N_("In progress"), "k-tag--open"},
    {"done", N_("Done"), "k-tag--done"},
    {"cancelled", N_("No longer needed"), "k-tag--stop"},
    {"declined", N_("Declined"), "k-tag--stop"},
    {NULL, N_("Unknown"), ""},
};
static const struct word slot_words[] = {
    {"empty", N_("No document yet"), "k-tag--wait"},
    {"filled", N_("To be checked"), "k-tag--open"},
    {"accepted", N_("Accepted"), "k-tag--done"},
    {"rejected", N_("Asked for again"), "k-tag--wait"},
    {NULL, N_("Unknown"), ""},
};
/* The second check, by a department. */
static const struct word correctness_words[] = {
    {"open", N_("To be examined"), "k-tag--open"},
    {"accepted", N_("Examined, correct"), "k-tag--done"},
    {"rejected", N_("Examined, not correct"), "k-tag--stop"},
    {NULL, N_("Unknown"), ""},
};
static const struct word outcome_words[] = {
    {"approved", N_("Checked and in order"), "k-tag--done"},
    {"remark", N_("Checked, with a remark"), "k-tag--wait"},
    {"accepted", N_("Accepted"), "k-tag--done"},
    {"rejected", N_("Rejected"), "k-tag--stop"},
    {NULL, N_("Unknown"), ""},
};
/* What the customer owes while a clock stands still. */
static const struct word waiting_words[] = {
    {"answer", N_("Waiting for an answer of the customer"), "k-tag--wait"},
    {"document", N_("Waiting for a document of the customer"), "k-tag--wait"},
    {NULL, N_("Waiting for the customer"), "k-tag--wait"},
};

static const struct word *find(const struct word *words, struct str key)
{
    while (words->key != NULL && !str_is(key, words->key))
        words++;
    return words;
}

const char *request_state_label(struct str state)
{
    return find(request_words, state)->label;
}

struct str request_state_class(struct str state)
{
    return str_from(find(request_words, state)->tag_class);
}

const char *sub_ticket_state_label(struct str state)
{
    return find(sub_ticket_words, state)->label;
}

struct str sub_ticket_state_class(struct str state)
{
    return str_from(find(sub_ticket_words, state)->tag_class);
}

const char *correctness_label(struct str result)
{
    return find(correctness_words, result)->label;
}

struct str correctness_class(struct str result)
{
    return str_from(find(correctness_words, result)->tag_class);
}

const char *slot_state_label(struct str state)
{
    return find(slot_words, state)->label;
}

struct str slot_state_class(struct str state)
{
    return str_from(find(slot_words, state)->tag_class);
}

const char *outcome_label(struct str outcome)
{
    return find(outcome_words, outcome)->label;
}

const char *waiting_label(struct str waiting_for)
{
    return find(waiting_words, waiting_for)->label;
}
