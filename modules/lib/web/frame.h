/* frame.h: the layout data of every page: filled by web/frame.c from the page, named in layouts. */
#ifndef WEB_FRAME_H
#define WEB_FRAME_H

#include "text/view.h"

struct frame_view {
    struct str language; /**< "de", "en": <html lang> */
    struct str prefix;   /**< "/" or "/portal/" */
    struct str path;     /**< the page's own path below the prefix without leading '/' */
    struct str site_name;
    struct str csrf_token;
    bool signed_in;
    bool is_staff;
    bool is_customer;
    struct str user_name;
    struct str company_name;
    bool may_read;      /**< the company's requests and data */
    bool may_edit;      /**< customer: may start requests */
    bool may_intake;    /**< staff: sees the intake queue */
    bool may_tickets;   /**< staff: sees tickets */
    bool may_people;    /**< customer: manages the company's people */
    bool may_companies; /**< staff: sees people of companies and of the house */
    struct str css_url; /**< content-hashed */
    struct str js_url;
    struct str url_en; /**< this page in English: same URL with lang=en */
    struct str url_de;
    bool is_en;
    bool is_de;
    const char *notice;         /**< msgid of a one-time sentence, NULL for none */
    bool notice_warns;          /**< it says what was not done */
    bool support;               /**< this page is shown in the support view */
    bool support_elsewhere;     /**< staff's own page, while a support view runs */
    struct str support_company; /**< of the view that runs or has just run out */
    instant_us support_until;
    bool support_over;       /**< its time ran out a short time ago */
    struct view_list errors; /**< of struct field_error */
    bool has_errors;
    struct str contact_mail;
    struct str request_id; /**< shown on error pages */
};
extern const struct view_type frame_view_type;

#endif
